"""Row level security: a request sees the rows of its organization only."""
