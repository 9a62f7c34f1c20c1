"""An attempt of a job: its lease, and the writes that are fenced to it."""
