"""Sources of a job: documents, texts of the input and images, and how they are cited."""
