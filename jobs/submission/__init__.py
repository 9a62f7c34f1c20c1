"""Submission of jobs: validation, admission, storage; schedules; cancel and retry."""
