"""The job `evidence_search`."""
