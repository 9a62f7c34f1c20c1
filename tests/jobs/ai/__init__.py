"""The building blocks of job types."""
