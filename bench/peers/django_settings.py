"""Django's settings of the contender `celery_results`."""

import os

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["BENCH_DATABASE"],
        "USER": "app",
        "HOST": os.environ["BENCH_DATABASE_HOST"],
        "CONN_MAX_AGE": 600,
    }
}
INSTALLED_APPS = ["django.contrib.contenttypes", "django_celery_results"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = "benchmark"  # noqa: S105  # protects nothing
USE_TZ = True

CELERY_BROKER_URL = os.environ["BENCH_BROKER"]
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_ACKS_LATE = True
CELERY_DB_REUSE_MAX = 1000
"""Tasks that share a connection. By default, Celery opens one for each task."""
