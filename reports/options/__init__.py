"""Options of a decision, measured by criteria; every claim rests on named evidence."""
