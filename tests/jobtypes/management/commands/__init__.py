"""Commands under the names of those that they replace."""
