"""How pending jobs reach the workers, and what follows the end of a job."""
