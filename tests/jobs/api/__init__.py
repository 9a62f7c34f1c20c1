"""The REST API, through Django's test client."""
