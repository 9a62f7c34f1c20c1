"""Briefs: a decision, its options and the evidence for each, on one or two pages."""
