"""Language models, against a test server that speaks the OpenAI protocol."""
