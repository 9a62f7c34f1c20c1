"""The job `process_images`."""
