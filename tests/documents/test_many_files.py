"""More files than one job takes are split into parts, each file once."""

import pytest

from documents.file_steps import FILES_PER_PART
from jobs import testing
from jobs.models import Job, JobStep
from tests.documents.conftest import Upload
from tests.documents.inputs import submit_documents
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("type", ["classify_documents", "analyze_documents"])
def test_many_files_are_split_and_gathered_in_their_order(
    upload: Upload, owner: Person, type: str
) -> None:
    documents = [
        upload(b"INVOICE number %d" % n, f"{n}.txt") for n in range(2 * FILES_PER_PART + 1)
    ]
    gone = documents.pop(3)
    job = submit_documents(type, owner, *documents, gone, model="builtin")
    gone.delete()
    assert testing.run(job).state == "waiting"
    parts = list(Job.objects.parts_of(job))
    assert sorted(len(part.input["documents"]) for part in parts) == [
        1,
        FILES_PER_PART,
        FILES_PER_PART,
    ]
    for part in parts:
        assert testing.run(part).state == "completed"
    output = testing.run(job).output
    names = [file["name"] for file in output["files"]]
    assert names == [*(document.name for document in documents), ""]
    assert (output["total_files"], output["failed_files"]) == (2 * FILES_PER_PART + 1, 1)
    steps = list(JobStep.objects.values_list("name", flat=True))
    assert len(steps) == len(set(steps)) == 2 * FILES_PER_PART + 1


def test_files_within_the_limit_of_one_job_are_not_split(upload: Upload, owner: Person) -> None:
    documents = [upload(b"%d" % n, f"{n}.txt") for n in range(FILES_PER_PART)]
    job = testing.run(submit_documents("classify_documents", owner, *documents, model="builtin"))
    assert (job.state, Job.objects.count()) == ("completed", 1)
