"""Everything that the engine keeps in Redis. Losing it loses no job."""
