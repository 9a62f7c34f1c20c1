"""The citations of a model refer to the sources of the report."""

from collections.abc import Callable

from django.core.files.base import ContentFile

from documents import store
from jobs import testing
from jobs.models import Job
from reports.models import Report
from reports.sources.evidence import ReportSources
from tests.documents import made
from tests.jobs.ai.llm.provider import PLAN, Call, Provider
from tests.people import Person


def write(call: Call) -> None:
    """Answer with citations, one of them of a source that there is not."""
    if "JSON Schema" in call.body["messages"][0]["content"]:
        call.say(PLAN)
    else:
        call.say("It costs 48,000 euro [S1, p. 2]. It was late [S1], as all say [S7].")


def test_the_pages_that_a_model_cites_are_listed(
    stub: Provider, owner: Person, order: Callable[..., Job]
) -> None:
    stub.behave = write
    file = ContentFile(made.pdf("On the first page.", "The repair costs 48,000 euro."), "a.pdf")
    document = store.add(file, organization=owner.organization, owner=owner.user)
    job = testing.run(order(documents=[str(document.pk)], model="stub"))
    report = Report.objects.get(job=job)
    assert [(one["name"], one["pages"]) for one in report.sources] == [("a.pdf", [2])]
    assert "| S1 | a.pdf | pdf | 2 | quoted, p. 2 |" in report.markdown
    asked = stub.calls[1]["messages"][1]["content"]
    assert '<source mark="S1, p. 2" name="a.pdf">' in asked


def test_documents_are_read_one_by_one_and_each_once(
    owner: Person, upload: Callable[..., object]
) -> None:
    first, second = upload(), upload("Another text.", "b.txt")
    calls: list[tuple[int, int]] = []
    evidence = ReportSources(
        owner.organization.pk,
        [first.pk, second.pk, first.pk],  # type: ignore[attr-defined]
        lambda place, total: calls.append((place, total)),
    )
    assert [evidence.number(one) for one in evidence.sources] == [1, 2]
    assert calls == [(1, 2), (2, 2)]
