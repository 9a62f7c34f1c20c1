"""`jobs.submit` and its like."""
