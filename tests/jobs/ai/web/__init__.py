"""Pages of the web: fetched with care, read as text."""
