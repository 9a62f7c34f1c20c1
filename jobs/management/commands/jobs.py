"""`manage.py jobs`: submit jobs and look after them from the command line.

Exit codes: 0 done, or the job that was waited for completed; 1 refused, or it failed or was
cancelled; 2 wrong usage or invalid input; 3 time-out.
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs import python_api, registry
from jobs.errors import ConveyorError, InvalidSubmission, UnknownJobType
from jobs.live import watch
from jobs.management import terminal
from jobs.management.arguments import read_input
from jobs.models import Job
from jobs.models.states import State

FAILED, USAGE, TIMED_OUT = 1, 2, 3
SHOWN = 20


class Command(BaseCommand):
    """Has one method a subcommand."""

    help = "Submit jobs, look at them, wait for them, cancel and retry them."
    requires_system_checks: list[str] = []
    stdin = sys.stdin

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
        common = CommandParser(add_help=False)
        common.add_argument("--json", action="store_true", help="output for programs")

        def add(verb: str, handler: Callable[..., int], help: str) -> argparse.ArgumentParser:
            made: argparse.ArgumentParser = verbs.add_parser(verb, help=help, parents=[common])
            made.set_defaults(handler=handler)
            return made

        _declare_submit(add("submit", self.submit, "submit a job"))
        listing = add("list", self.list_jobs, "show the newest jobs")
        listing.add_argument("--state", action="append", choices=[str(one) for one in State])
        listing.add_argument("--type", action="append")
        listing.add_argument("--limit", type=int, default=SHOWN)
        waiting = add("wait", self.wait, "wait until a job has ended")
        waiting.add_argument("--timeout", type=float, metavar="SECONDS")
        show = add("show", self.show, "show a job")
        cancel = add("cancel", self.cancel, "cancel a job")
        retry = add("retry", self.retry, "start a failed or cancelled job again")
        for one in (waiting, show, cancel, retry):
            one.add_argument("id")
        add("types", self.types, "show what kinds of job there are")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked; a refusal is a few readable lines, and an exit code."""
        self._json = bool(options["json"])
        try:
            code = options["handler"](options)
        except TimeoutError as error:
            self.stderr.write(str(error))
            code = TIMED_OUT
        except ConveyorError as error:
            self._refused(error)
            unfit = isinstance(error, InvalidSubmission | UnknownJobType)
            code = USAGE if unfit else FAILED
        if code:
            sys.exit(code)

    def submit(self, options: dict[str, Any]) -> int:
        """Submit a job, and follow it where that is asked for."""
        declared = registry.get(options["type"])
        given = self._given(options["input"]) if options["input"] else {}
        wanted = read_input(options["words"], declared.input.model_json_schema(), given)
        job_options = python_api.JobOptions(priority=options["priority"])
        job = python_api.submit(
            declared.name, wanted, owner=_owner(options["owner"]), options=job_options
        )
        if options["follow"]:
            return self._follow(job, options["timeout"])
        return self._tell(job, str(job.pk))

    def list_jobs(self, options: dict[str, Any]) -> int:
        """Show the newest jobs."""
        wanted = {"state__in": options["state"], "type__in": options["type"]}
        chosen = Job.objects.filter(**{name: value for name, value in wanted.items() if value})
        jobs = chosen.select_related("owner", "organization")[: options["limit"]]
        return self._list(jobs, terminal.job_as_json, terminal.jobs_table)

    def types(self, options: dict[str, Any]) -> int:
        """Show the job types."""
        return self._list(registry.all_types(), terminal.type_as_json, terminal.types_table)

    def show(self, options: dict[str, Any]) -> int:
        """Show a job."""
        job = python_api.status(options["id"])
        return self._tell(job, terminal.job_sheet(job, self.style))

    def cancel(self, options: dict[str, Any]) -> int:
        """Cancel a job."""
        job = python_api.cancel(options["id"])
        if job.state == State.RUNNING:
            return self._tell(job, "it is asked to stop")
        return self._tell(job, terminal.outcome(job, self.style))

    def retry(self, options: dict[str, Any]) -> int:
        """Start a job again."""
        job = python_api.retry(options["id"])
        return self._tell(job, terminal.outcome(job, self.style))

    def wait(self, options: dict[str, Any]) -> int:
        """Wait for a job."""
        return self._follow(python_api.status(options["id"]), options["timeout"])

    def _follow(self, job: Job, timeout: float | None) -> int:
        """Draw the progress until the end; the exit code says how it ended."""
        seen = watch.watch_job(job, timeout=timeout)
        if self._json:
            deque(seen, maxlen=0)
        else:
            terminal.watch(seen, self.stdout)
        self._tell(job, terminal.outcome(job, self.style))
        return 0 if job.state == State.COMPLETED else FAILED

    def _tell(self, job: Job, shown: str) -> int:
        self.stdout.write(json.dumps(terminal.job_as_json(job)) if self._json else shown)
        return 0

    def _list(self, rows: Iterable[Any], as_json: Callable[[Any], Any], table: Any) -> int:
        if self._json:
            self.stdout.write(json.dumps([as_json(row) for row in rows]))
        else:
            self.stdout.write(table(rows, self.style))
        return 0

    def _refused(self, error: ConveyorError) -> None:
        if self._json:
            self.stdout.write(json.dumps(terminal.refusal_as_json(error)))
        else:
            self.stderr.write(str(error))

    def _given(self, name: str) -> dict[str, Any]:
        try:
            text = self.stdin.read() if name == "-" else Path(name).read_text()
            given = json.loads(text)
        except (OSError, ValueError) as error:
            raise CommandError(f"--input {name}: {error}", returncode=USAGE) from None
        if not isinstance(given, dict):
            raise CommandError(f"--input {name}: it is no JSON object.", returncode=USAGE)
        return given


def _declare_submit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("type", help="name of a job type; `jobs types` lists them")
    parser.add_argument("words", nargs="*", metavar="key=value", help="repeat a key for a list")
    parser.add_argument("--input", metavar="FILE", help="the input as JSON; - reads it from stdin")
    parser.add_argument("--owner", metavar="USER", help="needed where there are several members")
    parser.add_argument("--priority", type=int, choices=range(10), metavar="0-9")
    parser.add_argument("--follow", action="store_true", help="show its progress until it ends")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="of --follow")


def _owner(name: str | None) -> AbstractBaseUser:
    """Find the owner; without a name, the only operator that is a member of an organization."""
    members = get_user_model().objects.filter(memberships__isnull=False, is_active=True).distinct()
    if name:
        found = list(members.filter(username=name))
    else:
        found = list(members.filter(is_superuser=True)[:2]) or list(members[:2])
    if len(found) == 1:
        return found[0]
    what = f"{name} is no member of any organization." if name else "Say whose job it is: --owner."
    raise CommandError(what, returncode=USAGE)
