"""All state of the engine in Redis. Losing it loses no job."""
