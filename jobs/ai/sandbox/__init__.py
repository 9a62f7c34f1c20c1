"""Work on untrusted files in a separate process, whose limits no library can exceed."""
