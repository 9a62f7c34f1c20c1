"""Search providers, against a server of the tests that speaks their formats."""
