"""`python -m config.stack run` and `python -m config.stack demo`."""

import sys

from config.embedded.errors import INSTALL_HINT

try:
    from config.stack.commands import main
except ModuleNotFoundError as error:
    if error.name not in ("psutil", "rich"):
        raise
    sys.exit(
        f"`make run` and `make demo` need {error.name}, which is not installed. {INSTALL_HINT}"
    )

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
