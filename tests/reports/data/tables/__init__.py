"""Tables as they are read from files."""
