"""Images: opened with care, scaled in strips, changed as a job orders."""
