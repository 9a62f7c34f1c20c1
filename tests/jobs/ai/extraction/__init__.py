"""Tests of the extraction of sentences, figures and tables."""
