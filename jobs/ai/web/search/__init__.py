"""Web search through the configured provider."""
