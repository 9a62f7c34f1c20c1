"""A worker serves the queue that a job type names, without a change of its command."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

JOB_TYPES = """
from datetime import timedelta
from pydantic import BaseModel
from jobs.registry import job_type

class GpuInput(BaseModel, extra="forbid"): pass

@job_type("on_gpu", input=GpuInput, output=GpuInput, queue="gpu")
def on_gpu(job, given): return given
"""
SELECT = """
import django; django.setup()
from celery import current_app
current_app.loader.import_default_modules()
current_app.amqp.queues.deselect(["maintenance", "webhooks"])
print(*sorted(current_app.amqp.queues.consume_from))
"""


def test_the_worker_of_the_procfile_takes_a_queue_of_a_job_type(tmp_path: Path) -> None:
    lines = Path("Procfile").read_text().splitlines()
    [worker] = [line for line in lines if line.startswith("worker:")]
    assert "--exclude-queues=maintenance,webhooks" in worker
    (tmp_path / "gpu_app").mkdir()
    (tmp_path / "gpu_app/__init__.py").touch()
    (tmp_path / "gpu_app/job_types.py").write_text(JOB_TYPES)
    (tmp_path / "gpu_settings.py").write_text(
        "from config.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'gpu_app']\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", "import config\n" + SELECT],
        env={
            **os.environ,
            "DATA_DIR": str(settings.DATA_DIR),
            "DJANGO_SETTINGS_MODULE": "gpu_settings",
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())]),
        },
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.split() == ["default", "documents", "gpu", "research"]
