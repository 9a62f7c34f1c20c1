"""The PostgreSQL and Valkey that Conveyor starts itself."""
