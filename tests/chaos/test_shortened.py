"""A short run of the chaos: the whole one is `make chaos`."""

import random

from tests.chaos.__main__ import run

JOBS = 300


def test_nothing_goes_wrong_while_everything_is_killed() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"CHAOS_SEED={seed}")  # noqa: T201  # how to repeat it
    verdict = run(JOBS, seed)
    assert verdict.is_good, verdict
    assert verdict.terminal == verdict.accepted > JOBS * 0.9
