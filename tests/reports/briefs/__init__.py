"""The job `brief_generation`."""
