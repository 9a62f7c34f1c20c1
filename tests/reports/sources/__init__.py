"""Tests of the sources of reports."""
