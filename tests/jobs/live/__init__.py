"""Feeds and watches of jobs."""
