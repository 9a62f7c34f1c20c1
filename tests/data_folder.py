"""The data folder of the servers that the tests start."""

import atexit
import os
import shutil
import tempfile

FOLDER, RUNNER = "CONVEYOR_TEST_DATA", "CONVEYOR_TEST_RUNNER"


def data_folder() -> str:
    """Give the folder of this process, and of all processes that its tests start.

    It is new for each run, and for each of the processes that share a run, and goes with it.
    """
    runner = os.environ.get("PYTEST_XDIST_WORKER", "")
    if FOLDER not in os.environ or os.environ.get(RUNNER, "") != runner:
        os.environ[FOLDER], os.environ[RUNNER] = tempfile.mkdtemp(prefix="conveyor-test-"), runner
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)
        for theirs in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"):
            os.environ.pop(theirs, None)  # tests never touch the servers of a deployment
    return os.environ[FOLDER]
