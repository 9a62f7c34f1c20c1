"""Images as models and job types get them."""
