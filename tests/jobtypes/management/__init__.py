"""Commands of the tests that replace those of Django."""
