"""Documents: one stored file per content, its text page by page, and the job types over it."""
