"""The REST API of the engine. See docs/architecture.md, and `/api/v1/docs/` of a running server."""
