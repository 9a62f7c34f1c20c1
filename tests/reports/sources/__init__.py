"""Tests of what reports rest on."""
