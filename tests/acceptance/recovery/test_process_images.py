"""`process_images` over REST: a killed worker duplicates no picture."""

import io
from typing import Any

from PIL import Image

from tests.acceptance.installation import Installation
from tests.documents import made
from tests.waiting import until

PHOTOS = 8


def photo(number: int) -> bytes:
    """Make a picture that takes a moment."""
    picture = Image.linear_gradient("L").resize((2400, 1800)).convert("RGB")
    picture.paste((30 * number, 80, 200), (100, 100, 900, 900))
    return made.saved(picture, "JPEG", quality=90)


def listed(installation: Installation) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = installation.http.get("/documents?limit=100").json()[
        "results"
    ]
    return documents


def test_a_killed_worker_duplicates_no_picture(installation: Installation) -> None:
    files = [("files", (f"photo-{number}.jpg", photo(number))) for number in range(PHOTOS)]
    uploaded = installation.http.post("/documents", files=files, timeout=60)
    assert uploaded.status_code == 201, uploaded.text
    job_id = installation.submit(
        "process_images",
        documents=[document["id"] for document in uploaded.json()],
        resize={"width": 800, "height": 800},
        thumbnails=[64],
        format="webp",
    )
    until(
        lambda: installation.event_kinds(job_id).count("step_completed") >= 2,
        what="two pictures",
    )
    worker = installation.service("worker")
    for process in (worker, *worker.children(recursive=True)):
        process.kill()
    job = installation.wait_for_end(job_id)
    assert (job["state"], job["output"]["failed_files"]) == ("completed", 0)
    assert "step_restored" in installation.event_kinds(job_id)
    ids = [one["document"] for file in job["output"]["files"] for one in file["made"]]
    of_job = [document["id"] for document in listed(installation) if document["job"] == job_id]
    assert sorted(ids) == sorted(of_job)
    assert len(set(ids)) == 2 * PHOTOS
    for one in job["output"]["files"][0]["made"]:
        content = installation.http.get(f"/documents/{one['document']}/content").content
        picture = Image.open(io.BytesIO(content))
        assert (picture.format, picture.size) == ("WEBP", (one["width"], one["height"]))
