"""Sentences, figures and tables of sources."""
