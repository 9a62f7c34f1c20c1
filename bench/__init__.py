"""Benchmark: a job against a raw Celery task, in one run on the same stack (`make bench`)."""
