"""Parser of server-sent events (WHATWG HTML, section 9.2.6, "Interpreting an event stream")."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Message:
    """One dispatched event."""

    name: str
    data: str


@dataclass
class Parser:
    """Parses one stream over several connections; `last_id` and `retry` outlive a connection."""

    last_id: str = ""
    """The id of the last event that had one, for resuming the stream."""
    retry: float = 2.0
    """Seconds to wait before reconnecting."""
    _name: str = ""
    _id: str = ""
    _data: list[str] = field(default_factory=list)

    def read(self, chunks: Iterable[bytes]) -> Iterator[Message]:
        """Yield the events of one connection; an incomplete block at its end is dropped."""
        self._name, self._id, self._data = "", self.last_id, []
        for number, line in enumerate(lines(chunks)):
            text = line.decode(errors="replace")
            if number == 0:
                text = text.removeprefix("\ufeff")
            if text:
                self._take(text)
            elif (message := self._dispatch()) is not None:
                yield message

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdecimal():
            self.retry = int(value) / 1000

    def _dispatch(self) -> Message | None:
        self.last_id = self._id
        name, data = self._name or "message", self._data
        self._name, self._data = "", []
        return Message(name=name, data="\n".join(data)) if data else None


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split chunks into lines at CR LF, LF or CR; an unfinished line is dropped."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        # a CR at the end may be half of a CR LF: it waits for the next chunk
        held = b"\r" if rest.endswith(b"\r") else b""
        whole = rest.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *ready, rest = whole.split(b"\n")
        yield from ready
        rest += held
    if rest.endswith(b"\r"):
        yield rest[:-1]
