"""Runs work on a document's file in a sandboxed child process, and translates its failures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

from documents import errors
from documents.errors import ReadingTimedOut, UnreadableDocument
from jobs.ai.sandbox import process
from jobs.ai.sandbox.errors import SandboxCrashed, SandboxError, SandboxTimedOut


@contextmanager
def start_child(module: str, *files: IO[bytes]) -> Iterator[process.SandboxProcess]:
    """Run `python -m module` over open files; see `jobs.ai.sandbox.process`.

    Raises a `DocumentError` for every error that the process reports and for every way it ends.
    """
    memory = settings.DOCUMENT_READER_MEMORY
    try:
        with process.start_process(module, *files, memory_bytes=memory) as sandbox:
            yield sandbox
    except SandboxTimedOut as error:
        raise ReadingTimedOut(
            "Reading a page of the file took too long. Split the file or simplify it."
        ) from error
    except SandboxCrashed as error:
        raise UnreadableDocument(
            "The reader crashed on this file. The file is damaged, or needs more memory than one "
            "file may use."
        ) from error
    except SandboxError as error:
        raise errors.from_code(error.code, error.message) from error
