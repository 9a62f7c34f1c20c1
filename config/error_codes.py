"""`python -m config.error_codes > docs/errors.md` prints the page of all error codes.

The codes are in `error_codes.toml`; `tests/structure/test_error_codes.py` compares them with the
code.
"""

import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

CODES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

PAGE = """\
# Error codes

`code` is stable: use it in programs. `detail` and `message` are for people and can change.

This page is generated: edit `config/error_codes.toml`, then run `python -m config.error_codes >
docs/errors.md`.

## Errors of requests

An error response is `application/problem+json` (RFC 9457), see [errors](api.md#errors).

{responses}

## Faults of an input

The member `errors` of a response lists the faults of an input. Each has a `pointer` (a JSON
pointer), a `code` and a `detail`. Uploads also use the codes of files in the next section.

{faults}

Other codes come from pydantic, such as `string_type` or `greater_than_equal`. Its documentation
[lists them](https://docs.pydantic.dev/latest/errors/validation_errors/).

## Errors of jobs and files

The `error` of a failed job has a `code`, a `message`, `retryable` (whether an explicit retry may
help) and `attempt`. A file that fails inside a job has an `error` with `code` and `message`, and
the job continues. The column "retried" says whether Conveyor retries the job by itself.

{jobs}
"""


def page() -> str:
    """Return the page as Markdown."""
    return PAGE.format(
        responses=_table(("status", "code", "meaning", "what to do"), CODES["responses"], code=1),
        faults=_table(("code", "meaning", "what to do"), CODES["faults"], code=0),
        jobs=_table(("code", "retried", "meaning", "what to do"), CODES["jobs"], code=0),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], *, code: int) -> str:
    cells = [[f"`{one}`" if n == code else str(one) for n, one in enumerate(row)] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *cells))


if __name__ == "__main__":
    sys.stdout.write(page())
