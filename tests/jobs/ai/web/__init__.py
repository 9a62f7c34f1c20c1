"""Web pages: fetched within bounds, read as text."""
