"""From a Vega-Lite specification to an SVG that may be shown: checked before, cleaned after."""

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jobs.errors import InvalidOutput

VERSION = "5.21"
"""Of Vega-Lite."""
SVG = "http://www.w3.org/2000/svg"
FORBIDDEN = frozenset(
    {"url", "href", "expr", "signal", "params", "transform", "usermeta", "datasets", "bind"}
    | {"name", "lookup", "image", "geojson", "calculate"}
)
"""What could fetch, compute, or refer; our charts need none of it."""
MARKS = frozenset({"bar", "line", "area", "point", "arc", "text"})
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold. One of them in a label makes vl_convert abort the process."""
MOST_BYTES = 1_000_000
ELEMENTS = frozenset(
    {"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "clipPath", "defs"}
)
FONTS = ("fontpkg_noto_sans_arabic", "fontpkg_noto_sans_devanagari", "fontpkg_noto_sans_thai")
FONTS_JAPANESE = "noto_cjk_sans_jp_regular"


class UnsafeChart(InvalidOutput):
    """A chart that says more than charts may."""

    code = "unsafe_chart"


def draw(spec: dict[str, Any]) -> str:
    """Draw a `printable` chart as SVG. Raises `UnsafeChart`, or `InvalidOutput` where it fails."""
    import vl_convert

    check(spec)
    _register_fonts()
    try:
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=VERSION, allowed_base_urls=[])
    except ValueError as error:
        raise InvalidOutput("The chart could not be drawn.") from error
    return cleaned(drawn)


def printable(node: Any) -> Any:
    """Give a specification whose texts can all be drawn."""
    if isinstance(node, str):
        return NO_XML.sub("", node)
    if isinstance(node, list):
        return [printable(one) for one in node]
    if isinstance(node, dict):
        return {key: printable(value) for key, value in node.items()}
    return node


def check(spec: dict[str, Any]) -> None:
    """Refuse a specification that refers to anything outside, computes, or cannot be drawn."""
    if printable(spec) != spec:
        raise UnsafeChart("A chart has characters that cannot be drawn.")
    for key, value in _members(spec):
        if key in FORBIDDEN:
            raise UnsafeChart(f"A chart may not have {key!r}.")
        if key == "mark" and value.get("type") not in MARKS:
            raise UnsafeChart("A chart has a mark that is not known.")
        if key == "data" and value.keys() != {"values"}:
            raise UnsafeChart("The data of a chart stands in the chart.")


def _members(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _members(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            if key != "data":
                yield from _members(value)


def cleaned(svg: str) -> str:
    """Keep of an SVG what draws: no scripts, links, styles, or foreign elements."""
    try:
        root: Element = fromstring(svg)
    except (ParseError, DefusedXmlException) as error:
        raise InvalidOutput("The chart could not be drawn: it is no XML.") from error
    register_namespace("", SVG)
    _clean(root)
    text = tostring(root, encoding="unicode")
    if len(text.encode()) > MOST_BYTES:
        raise InvalidOutput(f"The chart has more than {MOST_BYTES:,} bytes.")
    return text


def _clean(element: Element) -> None:
    for name, value in list(element.attrib.items()):
        if name.startswith(("on", "{")) or "href" in name or _refers(value):
            del element.attrib[name]
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.removeprefix(f"{{{SVG}}}") not in ELEMENTS:
            element.remove(child)
        else:
            _clean(child)


def _refers(value: str) -> bool:
    flat = "".join(value.split()).casefold()
    return "javascript:" in flat or ("url(" in flat and "url(#" not in flat)


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    import vl_convert

    for name in (*FONTS, FONTS_JAPANESE):
        folder = Path(str(importlib.import_module(name).__file__)).parent
        vl_convert.register_font_directory(str(folder))
