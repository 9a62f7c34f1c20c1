"""The state machine of a job, and what each transition records."""
