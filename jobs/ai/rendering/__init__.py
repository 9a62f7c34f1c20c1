"""Rendering of Markdown as PDF, DOCX and HTML. The text is untrusted: shown, never executed."""
