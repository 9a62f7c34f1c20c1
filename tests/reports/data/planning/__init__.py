"""Plans that answer a question."""
