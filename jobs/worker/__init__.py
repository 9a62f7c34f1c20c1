"""Running an attempt of a job in a Celery worker."""
