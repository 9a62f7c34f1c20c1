"""What Prometheus reads: counters added up from the logs, and how things are now."""
