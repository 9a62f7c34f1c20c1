"""How work in a process of its own can fail. Whoever asked says what that means for its reader."""


class Failed(Exception):
    """The process said why it cannot do it: a stable code, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Crashed(Failed):
    """The process ended in the middle of it."""

    def __init__(self) -> None:
        super().__init__("crashed", "A library crashed over it, or ran out of memory.")


class TimedOut(Failed):
    """It took too long, and was ended."""

    def __init__(self) -> None:
        super().__init__("timed_out", "It took too long.")
