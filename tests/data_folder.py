"""Where the servers of the tests keep their data."""

import atexit
import os
import shutil
import tempfile


def data_folder() -> str:
    """Give the folder of this process, and of all processes that its tests start.

    It is new for each run, and for each of the processes that share a run, and goes with it.
    """
    name = "CONVEYOR_TEST_DATA" + os.environ.get("PYTEST_XDIST_WORKER", "")
    if name not in os.environ:
        os.environ[name] = tempfile.mkdtemp(prefix="conveyor-test-")
        atexit.register(shutil.rmtree, os.environ[name], ignore_errors=True)
        for theirs in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"):
            os.environ.pop(theirs, None)  # tests never touch the servers of a deployment
    return os.environ[name]
