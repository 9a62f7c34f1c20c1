"""Tests of the reader of numbers, money and dates."""
