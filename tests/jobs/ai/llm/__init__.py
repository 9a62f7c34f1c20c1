"""Language models, against a server of the tests that speaks the OpenAI protocol."""
