"""What a worker loads, and shares with its processes."""

import gc
import subprocess
import sys

from celery import signals

from jobs import tasks  # noqa: F401  # connects the signals
from tests.programs import PROJECT

LOADED = """
from config.celery import app
app.loader.import_default_modules()
app.finalize()
import sys
web = ("rest_framework.views", "drf_spectacular.plumbing", "config.urls", "requests")
print([name for name in (*web, "PIL", "numpy") if name in sys.modules])
assert "jobs.tasks" in sys.modules
"""


def test_a_worker_does_not_load_the_web_interface() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_children_do_not_collect_what_they_inherit() -> None:
    try:
        signals.worker_before_create_process.send(sender=None)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
