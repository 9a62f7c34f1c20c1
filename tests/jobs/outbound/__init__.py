"""Requests to hosts that callers name."""
