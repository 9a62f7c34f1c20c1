"""The web process declares, orders and serves reports without loading what writes them."""

import subprocess
import sys

from django.conf import settings

HEAVY = "openai typst pypdfium2 PIL docx openpyxl trafilatura"
SCRIPT = f"""
import sys, django
django.setup()
import reports.job_types, reports.api.urls, reports.admin
print(*sorted(set("{HEAVY}".split()) & set(sys.modules)))
"""


def test_declaring_and_serving_loads_no_heavy_library() -> None:
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
