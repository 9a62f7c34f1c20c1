"""The tests, by package and by cost."""
