"""A traceback in the log has no values of local variables."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings

from config import logs


@pytest.fixture(autouse=True)
def _settings_again() -> Iterator[None]:
    handlers = logging.getLogger().handlers[:]
    yield
    logs.configure(settings.LOGGING)
    logging.getLogger().handlers = handlers


@pytest.mark.parametrize("format", logs.FORMATS)
def test_a_logged_traceback_has_no_local_variables(
    capsys: pytest.CaptureFixture[str], format: str
) -> None:
    logs.configure({"format": format, "level": "INFO"})
    try:
        api_key = "cvy_" + "hunter2"
        raise ValueError(len(api_key))
    except ValueError:
        logging.getLogger("jobs").exception("it broke")
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "test_a_logged_traceback_has_no_local_variables" in written
    assert "cvy_hunter2" not in written
