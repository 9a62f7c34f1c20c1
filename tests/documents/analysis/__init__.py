"""The job `analyze_documents`."""
