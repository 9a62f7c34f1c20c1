"""Thousands of jobs while every process is killed: `make chaos`."""
