"""Elements of WordprocessingML."""

from typing import Any


def element(tag: str, *children: Any, **attributes: str | int) -> Any:
    """Make an element, `w:shd`, with attributes of the namespace `w`."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def shading(color: str) -> Any:
    """Make the background of a paragraph, a run or a cell."""
    return element("w:shd", val="clear", color="auto", fill=color)


def edge(side: str, color: str, size: int, space: int = 4) -> Any:
    """Make one side of a border; `size` in eighths of a point, `space` to the text in points."""
    return element(f"w:{side}", val="single", sz=size, space=space, color=color)
