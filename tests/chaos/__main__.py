"""`make chaos`: CHAOS_JOBS jobs (2,000) with CHAOS_SEED; exit code 0 without a violation.

The last line is one JSON object with all the figures.
"""

import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import django
import psycopg2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()  # what follows imports the models

from tests.acceptance.installation import Installation  # noqa: E402
from tests.chaos.attacks import Attacker, connect, second_beat  # noqa: E402
from tests.chaos.load import Load  # noqa: E402
from tests.chaos.verdict import Verdict, judge  # noqa: E402

CALM_WITHIN = 600.0
"""Seconds that the jobs have to end, on a slow machine; those that are lost never do."""

MORE_JOBS = 20
"""Jobs that are submitted at a time while a required attack has not succeeded yet."""


def run(number: int, seed: int) -> Verdict:
    """Run it once, and judge it."""
    with tempfile.TemporaryDirectory(prefix="conveyor-chaos-") as folder:
        installation = Installation(folder=Path(folder))
        try:
            installation.start()
            return _attack(installation, number, seed)
        finally:
            installation.stop()


def _attack(installation: Installation, number: int, seed: int) -> Verdict:
    load = Load(installation, installation.folder / "ledger")
    attacker = Attacker(installation, random.Random(seed))
    with second_beat(installation):
        attacker.start()
        try:
            load.submit(number, seed)
            _submit_until_required_attacks_succeeded(load, attacker, seed)
            _wait_until_half_has_ended(installation, len(load.accepted))
        finally:
            attacker.stop()
        print(f"attacks: {dict(attacker.counts)}, outages: {load.outages}, refused: {load.refused}")
        _wait_until_all_has_ended(installation)
    verdict = judge(connect(installation), load.accepted, load.ledger, attacker.kills)
    verdict.attacks = dict(attacker.counts)
    verdict.attacks_not_made = list(attacker.required)
    return verdict


def _submit_until_required_attacks_succeeded(load: Load, attacker: Attacker, seed: int) -> None:
    """Keep the workers busy; what is left when the time is up, the verdict counts."""
    deadline = time.monotonic() + CALM_WITHIN
    while attacker.required and time.monotonic() < deadline:
        seed += 1
        load.submit(MORE_JOBS, seed)


def _wait_until_half_has_ended(installation: Installation, accepted: int) -> None:
    _wait(installation, lambda active: active <= accepted // 2, "half of the jobs have ended")


def _wait_until_all_has_ended(installation: Installation) -> None:
    _wait(installation, lambda active: active == 0, "all jobs have ended", strict=False)


def _wait(
    installation: Installation, seen: Callable[[int], bool], what: str, *, strict: bool = True
) -> None:
    """Wait for the number of active jobs; what is left when the time is up, the verdict counts."""
    deadline = time.monotonic() + CALM_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg2.Error), contextlib.closing(connect(installation)) as sql:
            cursor = sql.cursor()
            cursor.execute("SELECT count(*) FROM jobs_job WHERE finished_at IS NULL")
            [(active,)] = cursor.fetchall()
            if seen(active):
                return
        time.sleep(0.5)
    assert not strict, f"not within {CALM_WITHIN:g} s: {what}"


def main() -> int:
    """Read the environment, run, and say what came of it."""
    number = int(os.environ.get("CHAOS_JOBS", "2000"))
    seed = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(2**32))
    print(f"chaos: {number} jobs, CHAOS_SEED={seed}", flush=True)
    began = time.monotonic()
    verdict = run(number, seed)
    figures = {"seed": seed, "seconds": round(time.monotonic() - began, 1), **asdict(verdict)}
    print(json.dumps(figures))
    return 0 if verdict.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
