"""What a document says: facts with their pages and quotations, by rules or by a language model."""
