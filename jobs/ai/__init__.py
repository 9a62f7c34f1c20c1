"""Language models, extraction without one, and the texts that they read. For job types only."""
