"""The job `generate_report`."""
