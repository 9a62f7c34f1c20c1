"""State that is kept in Redis alone."""
