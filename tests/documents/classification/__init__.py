"""The job `classify_documents`, and how good its classifier is."""
