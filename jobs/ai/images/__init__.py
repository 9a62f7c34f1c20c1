"""Images: downscaling, and grey of 12 or 16 bits."""
