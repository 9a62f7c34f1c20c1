"""Papers rendered in every format and read back."""
