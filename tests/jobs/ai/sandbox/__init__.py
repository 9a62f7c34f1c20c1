"""Processes that read untrusted files."""
