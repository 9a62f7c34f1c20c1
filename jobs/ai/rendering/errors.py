"""Errors of rendering."""

from jobs.errors import InvalidInput


class RenderingFailed(InvalidInput):
    """An image or a file cannot be rendered. The message gives the reason in a sentence."""

    code = "not_made"
