"""Pictures in SVG, cleaned: a browser may be given one."""

from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml.ElementTree import fromstring

SVG = "http://www.w3.org/2000/svg"
MAX_BYTES = 2_000_000
ELEMENTS = frozenset(
    {"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "clipPath", "defs"}
    | {"linearGradient", "radialGradient", "stop"}
)


def sanitize(svg: str) -> str:
    """Keep of an SVG what draws: no scripts, links, styles, or foreign elements.

    Raises `ValueError` where it is no XML, has entities, or is too large.
    """
    try:
        root: Element = fromstring(svg)
    except ParseError as error:
        raise ValueError("This is no XML.") from error
    register_namespace("", SVG)
    _sanitize_element(root)
    text = tostring(root, encoding="unicode")
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(f"The picture has more than {MAX_BYTES:,} bytes.")
    return text


def _sanitize_element(element: Element) -> None:
    for name, value in list(element.attrib.items()):
        if name.startswith(("on", "{")) or "href" in name or _refers(value):
            del element.attrib[name]
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.removeprefix(f"{{{SVG}}}") not in ELEMENTS:
            element.remove(child)
        else:
            _sanitize_element(child)


def _refers(value: str) -> bool:
    flat = "".join(value.split()).casefold()
    return "javascript:" in flat or ("url(" in flat and "url(#" not in flat)
