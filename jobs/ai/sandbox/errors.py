"""Errors of a sandbox process. The caller turns them into errors for its own reader."""


class SandboxError(Exception):
    """The process reported an error: a stable code, and a sentence for the reader."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class SandboxCrashed(SandboxError):
    """The process ended before it sent its response."""

    def __init__(self) -> None:
        super().__init__("crashed", "A library crashed over it, or ran out of memory.")


class SandboxTimedOut(SandboxError):
    """The process exceeded its CPU time or the response timeout."""

    def __init__(self) -> None:
        super().__init__("timed_out", "It took too long.")
