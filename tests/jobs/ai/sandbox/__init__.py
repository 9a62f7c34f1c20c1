"""Processes that read files of strangers."""
