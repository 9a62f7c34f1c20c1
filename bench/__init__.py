"""Benchmarks: Conveyor and other job systems against raw Celery, in turn on the same servers."""
