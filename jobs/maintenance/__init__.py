"""The tasks that beat runs every few seconds. Any number may run at once."""
