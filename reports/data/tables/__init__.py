"""Tables from files and rows: read within limits, typed and profiled."""
