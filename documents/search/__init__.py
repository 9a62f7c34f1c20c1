"""Evidence for a question: passages of a tenant's documents, ranked, with what matched marked."""
