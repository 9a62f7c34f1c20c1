"""Tables from files and rows: read within bounds, their columns typed and profiled."""
