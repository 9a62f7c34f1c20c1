"""Deterministic extraction from texts, without a language model."""
