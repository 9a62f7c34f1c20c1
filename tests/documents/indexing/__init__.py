"""Words of the search index."""
