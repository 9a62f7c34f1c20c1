"""What a job rests on: documents, texts of its order and pictures, and how they are cited."""
