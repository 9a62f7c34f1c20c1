"""Pictures are described by the model in batches, and cited like texts."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from documents import store as documents
from documents.models import DocumentText
from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from reports.files import store
from reports.models import Report
from reports.writing.appendices import PICTURES
from tests.jobs.ai.llm.provider import Call, Provider, write
from tests.people import Person

Photos = Callable[[int], list[str]]


@pytest.fixture
def photos(owner: Person) -> Photos:
    """Return a function that stores photos in which nobody finds text."""

    def make(count: int) -> list[str]:
        ids = []
        for number in range(count):
            content = io.BytesIO()
            Image.new("RGB", (1500 + number, 900), (0, 40 * number, 0)).save(content, "PNG")
            file = ContentFile(content.getvalue(), f"photo{number + 1}.png")
            stored = documents.add(file, organization=owner.organization, owner=owner.user)
            stored.pages = 1
            stored.save()
            DocumentText.objects.create(document=stored, number=1, text="", method="ocr")
            ids.append(str(stored.pk))
        return ids

    return make


def describing(call: Call) -> None:
    """Describe every picture that is shown; answer all else as usual."""
    asked = call.body["messages"][-1]["content"]
    if isinstance(asked, str):
        write(call)
        return
    count = len(asked) - 1
    descriptions = [
        {"number": n, "text": f"Rust at pier {n} of {count}."} for n in range(1, count + 1)
    ]
    call.say(json.dumps({"pictures": descriptions}))


def looks(stub: Provider) -> list[dict[str, Any]]:
    """Return the calls in which pictures were shown."""
    return [call for call in stub.calls if shows(call)]


def shows(call: dict[str, Any]) -> bool:
    """Say whether pictures are shown in a call."""
    return any(isinstance(message["content"], list) for message in call["messages"])


def test_pictures_are_described_in_batches_for_the_writer(
    stub: Provider, order: Callable[..., Job], photos: Photos
) -> None:
    stub.behave = describing
    done = testing.run(order(documents=photos(5), model="stub", temperature=0.1, max_tokens=99))
    assert (done.state, done.output["warning"]) == ("completed", "")
    shown = [call["messages"][-1]["content"][1:] for call in looks(stub)]
    assert [len(batch) for batch in shown] == [4, 1]
    content = base64.b64decode(shown[0][0]["image_url"]["url"].split(",")[1])
    assert Image.open(io.BytesIO(content)).size == (1024, 614)
    assert {(call["temperature"], call.get("max_tokens")) for call in looks(stub)} == {(0.1, None)}
    section = stub.calls[3]["messages"][1]["content"]
    assert '<source mark="S2" name="photo2.png">' in section
    assert "Rust at pier 2 of 4." in section
    assert "| S5 | photo5.png | png |" in Report.objects.get().markdown


def test_pictures_are_in_the_report_with_their_descriptions(
    stub: Provider, order: Callable[..., Job], photos: Photos
) -> None:
    stub.behave = describing
    ids = photos(2)
    assert testing.run(order(documents=ids, model="stub")).state == "completed"
    report = Report.objects.get()
    shown = report.markdown.split(f"## {PICTURES}\n\n")[1].split("\n\n## ")[0].split("\n\n")
    assert shown == [
        *(f"![photo1.png](document:{ids[0]})", "*photo1.png* \\[S1\\]: Rust at pier 1 of 2."),
        *(f"![photo2.png](document:{ids[1]})", "*photo2.png* \\[S2\\]: Rust at pier 2 of 2."),
    ]
    page = store.read_file(report, "html") or b""
    assert page.count(b"data:image/") == 2
    assert b"not shown" not in page


def test_a_described_batch_is_not_sent_again(
    stub: Provider, order: Callable[..., Job], photos: Photos
) -> None:
    stub.behave = lambda call: (
        call.answer(500, {"error": {"message": "no"}}) if len(stub.calls) == 2 else describing(call)
    )
    job = order(documents=photos(5), model="stub")
    assert testing.run(job).state == "scheduled"
    Job.objects.update(run_at=job.created_at)
    verbs.promote_due(1)
    assert testing.run(job).state == "completed"
    assert [len(call["messages"][-1]["content"]) - 1 for call in looks(stub)] == [4, 1, 1]


@pytest.mark.parametrize(
    ("model", "vision", "expected"),
    [("builtin", True, "the built-in extractor"), ("stub", False, "the model stub")],
)
def test_a_model_without_vision_gets_no_pictures(
    stub: Provider,
    settings: Any,
    order: Callable[..., Job],
    photos: Photos,
    *,
    model: str,
    vision: bool,
    expected: str,
) -> None:
    stub.behave = describing
    settings.AI_MODELS["stub"]["vision"] = vision
    done = testing.run(order(documents=photos(1), model=model))
    assert (done.state, looks(stub)) == ("completed", [])
    assert (
        f"Not described: photo1.png. Images cannot be shown to {expected}" in done.output["warning"]
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda call: call.answer(400, {"error": {"message": "no pictures"}}), "no pictures"),
        (lambda call: call.say("A fine day."), "does not fit the requested schema"),
        (lambda call: call.say('{"pictures": []}'), "did not describe photo1.png"),
    ],
)
def test_a_failed_description_does_not_fail_the_report(
    stub: Provider,
    order: Callable[..., Job],
    photos: Photos,
    answer: Callable[[Call], None],
    expected: str,
) -> None:
    stub.behave = lambda call: answer(call) if shows(call.body) else write(call)
    done = testing.run(order(documents=photos(1), model="stub"))
    assert done.state == "completed"
    assert expected in done.output["warning"]
