"""The client for other programs."""
