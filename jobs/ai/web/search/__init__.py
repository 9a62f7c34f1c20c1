"""Searching the web, by a provider that settings name. For job types only."""
