"""Pages of the Django admin."""
