"""Metrics, analytics, statistics and readiness."""
