"""`manage.py jobs`: submit and manage jobs from the command line.

Exit codes: 0 success, or the awaited job completed; 1 rejected, or the job failed or was cancelled;
2 wrong usage or invalid input; 3 timeout.
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs import python_api, registry
from jobs.dispatch.waiting import explain_wait, explain_waits
from jobs.errors import ConveyorError, InvalidSubmission, UnknownJobType
from jobs.live import watch
from jobs.management import terminal
from jobs.management.arguments import read_input
from jobs.models import Job
from jobs.models.states import State
from jobs.submission.debounce import Debounce
from jobs.submission.uniqueness import Unique

FAILED, USAGE, TIMED_OUT = 1, 2, 3
DEFAULT_ROWS = 20


class Command(BaseCommand):
    """Has one method per subcommand."""

    help = "Submit, list, show, await, cancel and retry jobs."
    requires_system_checks: list[str] = []
    stdin = sys.stdin

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
        common = CommandParser(add_help=False)
        common.add_argument("--json", action="store_true", help="print JSON")

        def add(verb: str, handler: Callable[..., int], help: str) -> argparse.ArgumentParser:
            subparser: argparse.ArgumentParser = verbs.add_parser(verb, help=help, parents=[common])
            subparser.set_defaults(handler=handler)
            return subparser

        _declare_submit(add("submit", self.submit, "submit a job"))
        listing = add("list", self.list_jobs, "show the newest jobs")
        listing.add_argument("--state", action="append", choices=[str(one) for one in State])
        listing.add_argument("--type", action="append")
        listing.add_argument("--limit", type=int, default=DEFAULT_ROWS)
        waiting = add("wait", self.wait, "wait until a job has ended")
        waiting.add_argument("--timeout", type=float, metavar="SECONDS")
        show = add("show", self.show, "show a job")
        cancel = add("cancel", self.cancel, "cancel a job")
        retry = add("retry", self.retry, "retry a failed or cancelled job")
        for one in (waiting, show, cancel, retry):
            one.add_argument("id")
        add("types", self.types, "list the job types")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand. A rejection prints its message and sets the exit code."""
        self._json = bool(options["json"])
        try:
            code = options["handler"](options)
        except TimeoutError as error:
            self.stderr.write(str(error))
            code = TIMED_OUT
        except ConveyorError as error:
            self._print_error(error)
            is_invalid = isinstance(error, InvalidSubmission | UnknownJobType)
            code = USAGE if is_invalid else FAILED
        if code:
            sys.exit(code)

    def submit(self, options: dict[str, Any]) -> int:
        """Submit a job, and follow it with `--follow`."""
        declared = registry.get(options["type"])
        base = self._read_file(options["input"]) if options["input"] else {}
        job_input = read_input(options["words"], declared.input.model_json_schema(), base)
        job_options = python_api.JobOptions(
            priority=options["priority"],
            unique=_read_unique(options),
            debounce=_read_debounce(options),
        )
        job = python_api.submit(
            declared.name, job_input, owner=_find_owner(options["owner"]), options=job_options
        )
        if options["follow"]:
            return self._follow(job, options["timeout"])
        return self._print(job, str(job.pk))

    def list_jobs(self, options: dict[str, Any]) -> int:
        """List the newest jobs."""
        filters = {"state__in": options["state"], "type__in": options["type"]}
        matching = Job.objects.filter(**{name: value for name, value in filters.items() if value})
        jobs = list(matching.select_related("owner", "organization")[: options["limit"]])
        waits = explain_waits(jobs)
        rows = [(job, waits.get(job.pk)) for job in jobs]
        return self._list(rows, lambda row: terminal.job_as_json(*row), terminal.jobs_table)

    def types(self, options: dict[str, Any]) -> int:
        return self._list(registry.all_types(), terminal.type_as_json, terminal.types_table)

    def show(self, options: dict[str, Any]) -> int:
        job = python_api.status(options["id"])
        return self._print(job, terminal.format_job(job, explain_wait(job), self.style))

    def cancel(self, options: dict[str, Any]) -> int:
        job = python_api.cancel(options["id"])
        if job.state == State.RUNNING:
            return self._print(job, "the job is stopping")
        return self._print(job, terminal.format_outcome(job, self.style))

    def retry(self, options: dict[str, Any]) -> int:
        job = python_api.retry(options["id"])
        return self._print(job, terminal.format_outcome(job, self.style))

    def wait(self, options: dict[str, Any]) -> int:
        return self._follow(python_api.status(options["id"]), options["timeout"])

    def _follow(self, job: Job, timeout: float | None) -> int:
        """Show the progress until the job ends, and return the exit code."""
        readings = watch.watch_job(job, timeout=timeout)
        if self._json:
            deque(readings, maxlen=0)
        else:
            terminal.watch(readings, self.stdout)
        self._print(job, terminal.format_outcome(job, self.style))
        return 0 if job.state == State.COMPLETED else FAILED

    def _print(self, job: Job, text: str) -> int:
        if self._json:
            text = json.dumps(terminal.job_as_json(job, explain_wait(job)))
        self.stdout.write(text)
        return 0

    def _list(self, rows: Iterable[Any], as_json: Callable[[Any], Any], table: Any) -> int:
        if self._json:
            self.stdout.write(json.dumps([as_json(row) for row in rows]))
        else:
            self.stdout.write(table(rows, self.style))
        return 0

    def _print_error(self, error: ConveyorError) -> None:
        if self._json:
            self.stdout.write(json.dumps(terminal.error_as_json(error)))
        else:
            self.stderr.write(str(error))

    def _read_file(self, name: str) -> dict[str, Any]:
        try:
            text = self.stdin.read() if name == "-" else Path(name).read_bytes()
            content = json.loads(text)
        except (OSError, ValueError) as error:
            raise CommandError(f"--input {name}: {error}", returncode=USAGE) from None
        if not isinstance(content, dict):
            raise CommandError(f"--input {name}: not a JSON object.", returncode=USAGE)
        return content


def _declare_submit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("type", help="name of a job type; `jobs types` lists them")
    parser.add_argument("words", nargs="*", metavar="key=value", help="repeat a key for a list")
    parser.add_argument("--input", metavar="FILE", help="the input as JSON; - reads it from stdin")
    parser.add_argument("--owner", metavar="USER", help="required if there are several members")
    parser.add_argument("--priority", type=int, choices=range(10), metavar="0-9")
    parser.add_argument(
        "--unique",
        nargs="?",
        const="",
        metavar="KEY",
        help="return an existing job with this key; without KEY, one with the same input",
    )
    parser.add_argument(
        "--unique-period",
        type=float,
        metavar="SECONDS",
        help="for --unique: jobs that were submitted longer ago do not count",
    )
    parser.add_argument(
        "--debounce",
        nargs=2,
        metavar=("KEY", "SECONDS"),
        help="start the job if no other submission with KEY follows within SECONDS",
    )
    parser.add_argument(
        "--follow", action="store_true", help="show the progress until the job ends"
    )
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="for --follow")


def _read_unique(options: dict[str, Any]) -> Unique | None:
    key, seconds = options["unique"], options["unique_period"]
    if key is None:
        if seconds is not None:
            raise CommandError("--unique-period needs --unique.", returncode=USAGE)
        return None
    return Unique(key=key or None, period=None if seconds is None else timedelta(seconds=seconds))


def _read_debounce(options: dict[str, Any]) -> Debounce | None:
    if options["debounce"] is None:
        return None
    key, seconds = options["debounce"]
    try:
        return Debounce(key=key, seconds=max(0.0, float(seconds)))
    except ValueError:
        message = f"--debounce {key} {seconds}: {seconds!r} is not a number of seconds."
        raise CommandError(message, returncode=USAGE) from None


def _find_owner(name: str | None) -> AbstractBaseUser:
    """Return the owner; without a name, the only operator who is a member of an organization."""
    members = get_user_model().objects.filter(memberships__isnull=False, is_active=True).distinct()
    if name:
        found = list(members.filter(username=name))
    else:
        found = list(members.filter(is_superuser=True)[:2]) or list(members[:2])
    if len(found) == 1:
        return found[0]
    message = (
        f"{name} is not a member of an organization."
        if name
        else "There are several possible owners. Choose one with --owner."
    )
    raise CommandError(message, returncode=USAGE)
