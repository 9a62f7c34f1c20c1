"""What can go wrong with the embedded servers."""


class ServerFailed(Exception):
    """A server cannot be found, started or kept running. The message says what to do."""
