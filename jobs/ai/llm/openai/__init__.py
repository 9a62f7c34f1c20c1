"""Any OpenAI-compatible API, through the `openai` SDK, which is loaded by the first call only."""
