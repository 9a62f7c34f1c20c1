"""Handlers in a worker."""
