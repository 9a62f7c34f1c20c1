"""Conveyor's engine: durable background jobs on Django and Celery. It knows no job type."""
