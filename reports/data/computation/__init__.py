"""What can be asked of a table, and the figures that come of it."""
