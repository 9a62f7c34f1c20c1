"""Documents: stored once per content, read page by page, classified."""
