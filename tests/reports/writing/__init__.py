"""Tests of reports and briefs."""
