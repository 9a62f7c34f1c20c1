"""Documents over REST."""
