"""Job types that write for people."""
