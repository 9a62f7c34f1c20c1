"""The deployment: settings, the Celery app, URLs and servers. No domain logic."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
