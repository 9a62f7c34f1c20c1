"""Why a page is not read."""

from jobs.errors import InvalidInput


class Unreadable(InvalidInput):
    """There is nothing to read at a URL, or we may not; another try would end the same way."""

    code = "page_unreadable"
