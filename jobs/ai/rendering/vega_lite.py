"""Draws charts. Call it in a sandbox process only: drawing cannot be interrupted."""

from jobs.ai.rendering import fonts
from jobs.ai.rendering.document import RenderedImage
from jobs.ai.rendering.errors import RenderingFailed

VEGA_LITE_VERSION = "5.21"
MAX_PIXELS = 16_000_000
"""Of the PNG, which has twice the width and height of the chart."""
CHART_CONFIG = {
    "view": {"continuousWidth": 480, "continuousHeight": 270, "discreteWidth": 480},
    "background": "white",
}


def draw(spec: dict[str, object]) -> RenderedImage:
    """Draw a specification that `chart_spec.validate` returned. Raises `RenderingFailed`."""
    import vl_convert

    for folder in fonts.folders():
        vl_convert.register_font_directory(folder)
    try:
        svg = vl_convert.vegalite_to_svg(
            spec, vl_version=VEGA_LITE_VERSION, config=CHART_CONFIG, allowed_base_urls=[]
        )
        width, height = _size(svg)
        if not 0 < width * height * 4 <= MAX_PIXELS:
            raise RenderingFailed(f"The chart is too large: {width} by {height} pixels.")
        png, pdf = vl_convert.svg_to_png(svg, scale=2), vl_convert.svg_to_pdf(svg)
    except ValueError as error:
        raise RenderingFailed(_reason(str(error))) from error
    return RenderedImage(
        content=png, media_type="image/png", width=width, height=height, svg=svg, pdf=pdf
    )


def _size(svg: str) -> tuple[int, int]:
    from defusedxml.ElementTree import fromstring

    root = fromstring(svg)
    return round(float(root.get("width", "0"))), round(float(root.get("height", "0")))


def _reason(text: str) -> str:
    """Return the message of the library without its stack trace."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("at ")]
    return " ".join(lines)[:300]
