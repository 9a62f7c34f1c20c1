"""REST API of documents."""
