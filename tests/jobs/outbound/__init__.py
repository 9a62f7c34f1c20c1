"""Requests that leave for hosts of strangers."""
