"""The web process declares and serves documents without loading what reads them."""

import subprocess
import sys

from django.conf import settings

# not charset_normalizer: DRF imports `requests` where the tools of the tests brought it
HEAVY = "tesserocr pypdfium2 docx openpyxl PIL trafilatura puremagic"
SCRIPT = f"""
import sys, django
django.setup()
import documents.job_types, documents.api.urls, documents.admin
print(*sorted(set("{HEAVY}".split()) & set(sys.modules)))
"""


def test_declaring_and_serving_loads_no_heavy_library() -> None:
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
