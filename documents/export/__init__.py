"""Export of documents and reports to other formats: `export_document`."""
