"""What job types use: language models, extraction without one, untrusted files, rendering."""
