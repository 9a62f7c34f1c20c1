"""Tests on real processes: web, workers, beat, PostgreSQL and Valkey, as `make run` starts them."""
