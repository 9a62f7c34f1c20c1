"""What can be taken from texts without a language model. All of it is deterministic."""
