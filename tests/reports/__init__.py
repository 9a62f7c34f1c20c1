"""Reports: ordered, written, kept, exported."""
