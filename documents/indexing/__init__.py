"""Search index of pages: passages with their words and spellings."""
