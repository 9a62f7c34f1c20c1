"""Renders Markdown as PDF, DOCX and HTML. The text is untrusted: it is shown, never executed."""
