"""Tests that kill or stop parts of an installation of their own, see tests/conftest.py."""
