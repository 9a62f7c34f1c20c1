"""The job `export_document`."""
