"""The engine, on a real database, without worker processes."""
