"""`python -m config.stack run` and `python -m config.stack demo`."""

import sys

from config.embedded.errors import INSTALL

try:
    from config.stack.commands import main
except ModuleNotFoundError as error:
    if error.name not in ("psutil", "rich"):
        raise
    sys.exit(f"{error.name} is not installed, and `make run` and `make demo` need it. {INSTALL}")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
