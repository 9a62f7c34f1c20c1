"""An app with the small job types of the tests."""
