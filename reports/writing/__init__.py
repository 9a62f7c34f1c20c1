"""Writers: one that has a language model, one that quotes."""
