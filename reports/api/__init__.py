"""REST API of reports."""
