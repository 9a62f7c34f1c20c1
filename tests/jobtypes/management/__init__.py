"""Commands that the tests have instead of Django's."""
