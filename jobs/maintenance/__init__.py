"""Maintenance tasks that beat runs every few seconds. Several processes can run them at once."""
