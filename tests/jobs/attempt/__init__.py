"""What an attempt may write."""
