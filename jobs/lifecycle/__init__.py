"""The state of jobs: every transition, with its entry in the event log."""
