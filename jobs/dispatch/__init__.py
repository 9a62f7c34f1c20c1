"""Dispatch: publishing pending jobs to the workers, and what follows the end of a job."""
