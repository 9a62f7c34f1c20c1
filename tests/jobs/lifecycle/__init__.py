"""The state machine of a job, and the record of each transition."""
