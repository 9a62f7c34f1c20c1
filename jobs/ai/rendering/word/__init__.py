"""Renders a document as DOCX with python-docx, and with raw WordprocessingML where it has no API.

The elements are those of ECMA-376, part 1, chapter 17.
"""

from jobs.ai.rendering.word.file import render

__all__ = ["render"]
