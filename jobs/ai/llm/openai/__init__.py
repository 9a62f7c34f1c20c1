"""OpenAI-compatible APIs, through the `openai` SDK, which the first call imports."""
