"""Planners: with a language model, and by keywords."""
