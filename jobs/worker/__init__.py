"""Execution of attempts in a Celery worker."""
