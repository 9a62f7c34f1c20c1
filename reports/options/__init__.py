"""Options of a decision: each measured by criteria, every claim resting on named evidence."""
