"""Settings of the benchmark: those of the tests, and a raw Celery task beside their job types."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
