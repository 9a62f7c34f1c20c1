"""Builders of WordprocessingML elements."""

from typing import Any


def element(tag: str, *children: Any, **attributes: str | int) -> Any:
    """Build an element such as `w:shd`. The attributes get the namespace `w`."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    built = OxmlElement(tag)
    for name, value in attributes.items():
        built.set(qn(f"w:{name}"), str(value))
    built.extend(children)
    return built


def shading(color: str) -> Any:
    """Build the background of a paragraph, a run or a cell."""
    return element("w:shd", val="clear", color="auto", fill=color)


def edge(side: str, color: str, size: int, space: int = 4) -> Any:
    """Build one side of a border: its `size` in eighths of a point, its `space` in points."""
    return element(f"w:{side}", val="single", sz=size, space=space, color=color)
