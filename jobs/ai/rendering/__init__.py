"""From Markdown to pages. What a model wrote is untrusted: it is shown, never executed."""
