"""What a job costs: against a raw Celery task, in one run on the same stack (`make bench`)."""
