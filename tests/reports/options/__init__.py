"""Tests of analyses of options."""
