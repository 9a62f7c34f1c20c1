"""Webhooks: what is told, to whom, and what happens when nobody answers."""
