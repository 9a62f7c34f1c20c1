"""Briefs: what a decision is about, what speaks for each option, on one or two pages."""
