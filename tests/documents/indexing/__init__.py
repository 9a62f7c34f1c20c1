"""The words of the search index."""
