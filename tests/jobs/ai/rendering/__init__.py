"""Tests render documents in every format and read the files."""
