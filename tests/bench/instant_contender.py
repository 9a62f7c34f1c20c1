"""A contender without workers: its jobs end at once, and those of the kind `broken` fail."""

from collections.abc import Sequence

from bench.peers.protocol import Contender, Session, serve


class InstantContender(Contender):
    """The handle of a job is its number."""

    def __init__(self) -> None:
        self._jobs = 0

    def submit(self, kind: str) -> int:
        if kind == "broken":
            raise ValueError("This kind cannot be submitted.")
        print("a library prints this")  # noqa: T201
        self._jobs += 1
        return self._jobs

    def wait(self, handle: int) -> None:
        assert handle == self._jobs

    def has_ended(self, handle: int) -> bool:
        return handle <= self._jobs

    def last_end(self, handles: Sequence[int]) -> float:
        return float(max(handles))


if __name__ == "__main__":
    serve(Session(InstantContender()))
