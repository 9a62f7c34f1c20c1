"""Text from files of each format."""
