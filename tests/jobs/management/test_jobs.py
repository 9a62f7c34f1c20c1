"""`manage.py jobs`: its output and its exit codes."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

import jobs
from jobs import testing
from jobs.management.commands.jobs import Command
from jobs.models import Job
from tests.people import Person


def run(*words: str) -> tuple[int, str, str]:
    """Run a subcommand; give its exit code, and what it printed for people and about errors."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("jobs", *words, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def run_json(*words: str) -> Any:
    return json.loads(run(*words, "--json")[1])


def test_a_job_is_submitted_and_its_id_printed(owner: Person) -> None:
    code, printed, _ = run("submit", "echo", "text=hi", "--priority=7", "--owner=olga")
    job = Job.objects.get(pk=printed.strip())
    assert (code, job.input, job.priority, job.owner) == (0, {"text": "hi"}, 7, owner.user)


def test_an_input_is_read_from_a_file_or_a_pipe(
    owner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "input.json"
    file.write_text('{"text": "from a file"}')
    assert run_json("submit", "echo", f"--input={file}")["input"] == {"text": "from a file"}
    monkeypatch.setattr(Command, "stdin", io.StringIO('{"text": "from a pipe"}'))
    assert run_json("submit", "echo", "--input", "-")["input"] == {"text": "from a pipe"}


def test_bad_input_prints_two_lines_and_exits_with_2(owner: Person) -> None:
    code, _, output = run("submit", "echo", "surprise=1")
    assert code == 2
    assert "/input/surprise: Extra inputs are not permitted" in output
    assert run("submit", "nothing")[0] == 2
    assert run_json("submit", "echo", "surprise=1")["errors"][0]["pointer"] == "/input/surprise"
    assert Job.objects.count() == 0


def test_wrong_usage_is_explained(owner: Person, teammate: Person) -> None:
    for words in (["submit", "echo"], ["submit", "echo", "--owner=nobody"], ["submit"], ["dance"]):
        with pytest.raises(CommandError) as wrong:
            run(*words)
        assert wrong.value.returncode in (1, 2)
    with pytest.raises(CommandError, match="Expecting value"):
        run("submit", "echo", "--owner=olga", "--input=/dev/null")


def test_jobs_are_listed_and_shown(owner: Person) -> None:
    done = testing.run(jobs.submit("echo", {"text": "[bold]hi"}, owner=owner.user))
    jobs.submit("limited", {}, owner=owner.user)
    assert [row["id"] for row in run_json("list", "--state=completed")] == [str(done.pk)]
    assert [row["type"] for row in run_json("list", "--type=limited")] == ["limited"]
    assert "[bold]hi" in run("show", str(done.pk))[1]
    assert len(run("list")[1].splitlines()) == 3
    assert run("show", "nothing")[0] == 1


def test_a_job_is_cancelled_and_retried(owner: Person) -> None:
    job_id = str(jobs.submit("echo", {}, owner=owner.user).pk)
    assert run("cancel", job_id)[1] == f"cancelled {job_id}\n"
    assert run("wait", job_id)[0] == 1
    assert run_json("retry", job_id)["state"] == "pending"
    assert run("retry", job_id)[2] == "Only a failed or cancelled job can be retried.\n"


def test_the_exit_code_of_a_wait_depends_on_the_outcome(owner: Person) -> None:
    job = jobs.submit("echo", {"text": "hi"}, owner=owner.user)
    assert run("wait", str(job.pk), "--timeout=0.1")[0] == 3
    testing.run(job)
    assert run("wait", str(job.pk))[0] == 0
    failed = jobs.submit("failing", {"error": "invalid_input"}, owner=owner.user)
    testing.run(failed)
    code, printed, _ = run("wait", str(failed.pk))
    assert (code, "No such company. (invalid_input)" in printed) == (1, True)


def test_progress_is_text_where_rich_is_not_installed(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = testing.run(jobs.submit("echo", {"text": "hi"}, owner=owner.user))
    monkeypatch.setitem(sys.modules, "rich", None)
    assert run("wait", str(job.pk)) == (0, f"echo  100 %  completed\ncompleted {job.pk}\n", "")


def test_states_are_coloured_and_columns_aligned(owner: Person) -> None:
    testing.run(jobs.submit("failing", {"error": "invalid_input"}, owner=owner.user))
    jobs.submit("echo", {}, owner=owner.user)
    plain, coloured = run("list")[1], run("--force-color", "list")[1]
    assert "\x1b[" not in plain
    assert "\x1b[31;1mfailed" in coloured
    assert len({line.index("olga") for line in plain.splitlines()[1:]}) == 1


def test_job_types_are_listed_with_their_inputs(owner: Person) -> None:
    assert "ledger*" in next(row for row in run("types")[1].splitlines() if "stepping" in row)
    assert {"echo", "generate_report"} <= {row["name"] for row in run_json("types")}


def test_an_id_in_a_list_is_whole_however_narrow_the_terminal(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    job = run("submit", "echo", "text=hi")[1].strip()
    assert job in run("list")[1]
