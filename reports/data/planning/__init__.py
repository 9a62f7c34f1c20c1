"""Planners: one that has a language model, one that goes by keywords."""
