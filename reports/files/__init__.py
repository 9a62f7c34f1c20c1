"""The files of a report: made, kept, read and removed."""
