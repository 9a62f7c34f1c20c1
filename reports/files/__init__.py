"""Files of a report: rendered, stored, read and removed."""
