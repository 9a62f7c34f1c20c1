"""Errors of the embedded servers."""

INSTALL_HINT = "Run `pip install -r config/stack/requirements.txt`."
"""Advice in messages about a package that only the embedded servers need."""


class ServerFailed(Exception):
    """A server is not installed, does not start or keeps exiting. The message says what to do."""
