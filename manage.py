#!/usr/bin/env python
"""Django's command line. Commands that need servers start them: see config/embedded."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path

from django.core.management import execute_from_command_line

from config.embedded.errors import ServerFailed
from config.embedded.session import run_servers

WITHOUT_SERVERS = frozenset(
    {"help", "version", "check", "collectstatic", "diffsettings", "findstatic", "makemessages"}
    | {"compilemessages", "startapp", "startproject", "spectacular"}
)


def main(argv: list[str]) -> None:
    """Run a management command, with the embedded servers if it needs them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = next((word for word in argv[1:] if not word.startswith("-")), "help")
    if command == "migrate":  # building an index may take longer than a request is allowed to
        os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")
    data_dir = Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parent / ".data")
    try:
        with nullcontext() if command in WITHOUT_SERVERS else run_servers(data_dir):
            execute_from_command_line(argv)
    except ServerFailed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main(sys.argv)
