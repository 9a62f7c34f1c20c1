"""Work on a document's file in a process of its own: its memory, and what its end means."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

from documents import errors
from documents.errors import ReadingTimedOut, Unreadable
from jobs.ai.sandbox import process
from jobs.ai.sandbox.errors import SandboxCrashed, SandboxError, SandboxTimedOut


@contextmanager
def started(module: str, *files: IO[bytes]) -> Iterator[process.SandboxProcess]:
    """Run `python -m module` over open files, see `jobs.ai.sandbox.process`.

    Raises a `DocumentError` for all that the process reports, or ends of.
    """
    memory = settings.DOCUMENT_READER_MEMORY
    try:
        with process.start_process(module, *files, memory_bytes=memory) as sandbox:
            yield sandbox
    except SandboxTimedOut as late:
        raise ReadingTimedOut(
            "A page of the file took too long to read. Split the file, or make it simpler."
        ) from late
    except SandboxCrashed as crashed:
        raise Unreadable(
            "The program that reads such files crashed over this one: it is damaged, or takes more "
            "memory than one file may use."
        ) from crashed
    except SandboxError as failed:
        raise errors.of(failed.code, failed.message) from failed
