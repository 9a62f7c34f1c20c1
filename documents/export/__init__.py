"""Documents and reports as files of another format: `export_document`."""
