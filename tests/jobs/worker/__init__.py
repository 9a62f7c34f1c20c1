"""Attempts of handlers in a worker."""
