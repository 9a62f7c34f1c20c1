"""Texts by language models."""
