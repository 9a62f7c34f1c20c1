"""`manage.py limits acme --set user=10 --set generate_report.user=2 --weight 2`."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from jobs.errors import InvalidSubmission
from jobs.models import Organization
from jobs.submission.limits import EffectiveLimit, effective_limits, set_limits

NAME = "[TYPE.]SCOPE"


class Command(BaseCommand):
    """Changes the limits of an organization, and prints those that apply."""

    help = (
        "Print the limits of active jobs of an organization. --set and --unset change them: per "
        "organization, user or subject, for one job type or, without a type, for every type. "
        "--weight changes its share of the workers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("organization", help="slug of the organization")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            type=_parse_size,
            metavar=f"{NAME}=N",
            help="use this size instead of that of the job type",
        )
        parser.add_argument(
            "--unset",
            action="append",
            default=[],
            metavar=NAME,
            help="use the size of the job type again",
        )
        parser.add_argument(
            "--weight", type=float, help="share of the workers, relative to other organizations"
        )
        parser.add_argument("--actor", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the limits, if asked to, and print them."""
        slug = options["organization"]
        with transaction.atomic():
            organization = Organization.objects.select_for_update().filter(slug=slug).first()
            if organization is None:
                raise CommandError(f"There is no organization with the slug {slug}.")
            self._change(organization, options)
        self.stdout.write(
            f"{organization.name}, ID {organization.pk}, weight {organization.weight:g}"
        )
        self.stdout.write(_table(effective_limits(organization)))

    def _change(self, organization: Organization, options: dict[str, Any]) -> None:
        if not (options["set"] or options["unset"] or options["weight"] is not None):
            return
        overrides = _override(organization.limits, options["set"], options["unset"])
        weight = organization.weight if options["weight"] is None else options["weight"]
        try:
            set_limits(organization.pk, overrides, weight, actor=options["actor"])
        except InvalidSubmission as error:
            raise CommandError(str(error)) from None
        organization.refresh_from_db()


def _parse_size(text: str) -> tuple[str, int]:
    name, _, size = text.partition("=")
    if not name or not size.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not {NAME}=N, such as user=10.")
    return name, int(size)


def _override(
    limits: dict[str, Any], to_set: list[tuple[str, int]], to_unset: list[str]
) -> dict[str, Any]:
    """Return limits with some sizes set and others removed. Raises `CommandError`."""
    flat = {
        (name, scope): size
        for name, sizes in limits.items()
        for scope, size in (sizes.items() if isinstance(sizes, dict) else [("", sizes)])
    }
    for name in to_unset:
        if flat.pop(_split(name), None) is None:
            raise CommandError(f"{name} is not set.")
    flat |= {_split(name): size for name, size in to_set}
    changed: dict[str, Any] = {}
    for (first, second), size in flat.items():
        if second:
            changed.setdefault(first, {})[second] = size
        else:
            changed[first] = size
    return changed


def _split(name: str) -> tuple[str, str]:
    """Split TYPE.SCOPE, or return SCOPE with an empty second part."""
    job_type, dot, scope = name.rpartition(".")
    return (job_type, scope) if dot else (name, "")


def _table(limits: list[EffectiveLimit]) -> str:
    rows = [("TYPE", "SCOPE", "SIZE", "DEFAULT", "IN USE")]
    rows += [
        (each.type, each.scope, f"{each.size:,}", f"{each.default:,}", f"{each.in_use:,}")
        for each in limits
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index < 2 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
