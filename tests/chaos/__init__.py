"""Thousands of jobs while everything around them is killed: `make chaos`."""
