"""Evidence search: ranked passages of a tenant's documents, with the matches highlighted."""
