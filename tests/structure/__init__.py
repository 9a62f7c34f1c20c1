"""The structure of the code, and the claims of the docs."""
