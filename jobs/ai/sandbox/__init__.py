"""Work on what a stranger made, in a process of its own, with bounds that no library can break."""
