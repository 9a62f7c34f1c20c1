"""Reading jobs while they run: one job, or the event feed of all jobs of a caller."""
