"""Image processing: `process_images`."""
