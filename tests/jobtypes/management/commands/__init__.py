"""By the names of the commands that they replace."""
