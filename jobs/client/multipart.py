"""Files as a multipart/form-data body (RFC 7578), read while it is sent."""

import mimetypes
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

CHUNK_BYTES = 64 * 1024
QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""As browsers write names of files (WHATWG HTML, section 4.10.21.8)."""


class Multipart:
    """A repeatable body: each iteration opens the files again."""

    def __init__(self, name: str, files: Iterable[Path]) -> None:
        self._boundary = secrets.token_hex(16)
        self._parts = [(self._head(name, file), file) for file in files]
        self._end = f"--{self._boundary}--\r\n".encode()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request."""
        size = sum(len(head) + file.stat().st_size + 2 for head, file in self._parts)
        return {
            "Content-Type": f"multipart/form-data; boundary={self._boundary}",
            "Content-Length": str(size + len(self._end)),
        }

    def __iter__(self) -> Iterator[bytes]:
        for head, file in self._parts:
            yield head
            with file.open("rb") as content:
                while chunk := content.read(CHUNK_BYTES):
                    yield chunk
            yield b"\r\n"
        yield self._end

    def _head(self, name: str, file: Path) -> bytes:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return (
            f"--{self._boundary}\r\n"
            f'Content-Disposition: form-data; name="{name}"; '
            f'filename="{file.name.translate(QUOTED)}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
