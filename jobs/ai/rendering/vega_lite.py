"""Draws charts. For the process that `jobs.ai.rendering.renderer` starts: it cannot be stopped."""

from jobs.ai.rendering import fonts
from jobs.ai.rendering.document import Picture
from jobs.ai.rendering.errors import NotMade

VERSION = "5.21"
"""Of Vega-Lite."""
MOST_PIXELS = 16_000_000
LOOK = {
    "view": {"continuousWidth": 480, "continuousHeight": 270, "discreteWidth": 480},
    "background": "white",
}


def drawn(spec: dict[str, object]) -> Picture:
    """Draw a specification that was checked. Raises `NotMade`."""
    import vl_convert

    for folder in fonts.folders():
        vl_convert.register_font_directory(folder)
    try:
        svg = vl_convert.vegalite_to_svg(
            spec, vl_version=VERSION, config=LOOK, allowed_base_urls=[]
        )
        width, height = _size(svg)
        if not 0 < width * height * 4 <= MOST_PIXELS:
            raise NotMade(f"It would be {width} by {height} pixels large.")
        png, pdf = vl_convert.svg_to_png(svg, scale=2), vl_convert.svg_to_pdf(svg)
    except ValueError as error:
        raise NotMade(_reason(str(error))) from error
    return Picture(
        content=png, media_type="image/png", width=width, height=height, svg=svg, pdf=pdf
    )


def _size(svg: str) -> tuple[int, int]:
    from defusedxml.ElementTree import fromstring

    root = fromstring(svg)
    return round(float(root.get("width", "0"))), round(float(root.get("height", "0")))


def _reason(text: str) -> str:
    """Give what the library says, without the trace of its own program."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("at ")]
    return " ".join(lines)[:300]
