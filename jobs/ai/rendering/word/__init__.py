"""A paper as DOCX, by python-docx and where that has no words for it in WordprocessingML.

The elements are those of ECMA-376, part 1, chapter 17.
"""

from jobs.ai.rendering.word.file import render

__all__ = ["render"]
