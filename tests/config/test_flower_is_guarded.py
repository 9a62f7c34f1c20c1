"""A check warns if Flower is open to other machines without a password."""

import pytest

from tests.programs import PROJECT, run

OPEN = "jobs.W005"


@pytest.mark.parametrize(
    ("warned", "environment"),
    [
        (True, {"FLOWER_ADDRESS": "0.0.0.0"}),
        (False, {"FLOWER_ADDRESS": "0.0.0.0", "FLOWER_BASIC_AUTH": "olga:secret"}),
    ],
)
def test_the_check_warns_of_flower_without_a_password(
    warned: bool, environment: dict[str, str]
) -> None:
    output = run(
        "sh", "-c", "python manage.py check 2>&1", **{"FLOWER_BASIC_AUTH": "", **environment}
    )
    assert (OPEN in output) is warned


def test_flower_of_the_procfile_listens_on_this_machine_alone() -> None:
    lines = (PROJECT / "Procfile").read_text().splitlines()
    [flower] = [line for line in lines if line.startswith("flower:")]
    assert "--address=${FLOWER_ADDRESS:-127.0.0.1}" in flower
