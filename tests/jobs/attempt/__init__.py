"""Writes of an attempt."""
