"""Analysis of a document: facts with page and quotation, by rules or by a language model."""
