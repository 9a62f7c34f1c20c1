"""Tests of `jobs.dispatch`."""
