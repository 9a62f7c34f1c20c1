"""A short run of the chaos test; `make chaos` is the full one."""

import random

from tests.chaos.__main__ import run
from tests.long_runs import size

JOBS = size(120, full=300)


def test_the_chaos_run_finds_no_violation() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"CHAOS_SEED={seed}")  # noqa: T201  # how to repeat it
    verdict = run(JOBS, seed)
    assert verdict.is_good, verdict
    assert verdict.terminal == verdict.accepted > JOBS * 0.9
