"""Settings of the tests: this deployment's on servers of their own, and job types to be tested.

The data folder is new for each run and goes away with it. Processes that a test starts inherit it.
"""

import os

from tests.data_folder import data_folder

os.environ["DATA_DIR"] = data_folder()
os.environ.setdefault("LOG_FORMAT", "console")
os.environ.setdefault("RATE_LIMIT", "0")  # a test is quicker than any client; one sets its own

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobtypes"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, and enough for tests
OUTBOUND_ALLOWED = tuple(os.environ.get("TEST_OUTBOUND_ALLOWED", "").split())
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  # WhiteNoise warns where there is none
