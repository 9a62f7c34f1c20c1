"""Search providers, against a test server that speaks their formats."""
