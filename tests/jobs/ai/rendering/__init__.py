"""Papers in every format, read back."""
