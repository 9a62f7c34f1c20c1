"""What goes wrong when something is put on pages."""

from jobs.errors import InvalidInput


class NotMade(InvalidInput):
    """A picture or a file that is not made; the message says why, in a sentence."""

    code = "not_made"
