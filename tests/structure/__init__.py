"""The shape of the code, and what the docs say of it."""
