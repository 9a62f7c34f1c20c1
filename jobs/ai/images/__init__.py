"""Images: downscaling, and conversion of 12-bit and 16-bit grey."""
