"""Draws charts, as a program of its own: a line of JSON comes in for each, and one goes out.

A specification may ask for more than any machine has, and the library cannot be interrupted. So
the program that asks ends this one when its time is up, and its memory is limited from within.
"""

import base64
import json
import resource
import sys

VERSION = "5.21"
"""Of Vega-Lite."""
MEMORY = 1_000_000_000
"""Bytes of private memory; an ordinary chart takes 150 million."""
MOST_PIXELS = 16_000_000
LOOK = {
    "view": {"continuousWidth": 480, "continuousHeight": 270, "discreteWidth": 480},
    "background": "white",
}


def main() -> None:
    """Draw each specification; answer `{svg, pdf, png}`, the files in base64, or `{refused}`.

    The arguments are folders with fonts.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    import vl_convert

    for folder in sys.argv[1:]:
        vl_convert.register_font_directory(folder)
    for line in sys.stdin:
        print(json.dumps(_drawn(json.loads(line))), flush=True)  # noqa: T201  # that is the answer


def _drawn(spec: dict[str, object]) -> dict[str, str | int]:
    import vl_convert

    try:
        svg = vl_convert.vegalite_to_svg(
            spec, vl_version=VERSION, config=LOOK, allowed_base_urls=[]
        )
        width, height = _size(svg)
        if not 0 < width * height * 4 <= MOST_PIXELS:
            return {"refused": f"It would be {width} by {height} pixels large."}
        png, pdf = vl_convert.svg_to_png(svg, scale=2), vl_convert.svg_to_pdf(svg)
    except ValueError as error:
        return {"refused": _reason(str(error))}
    files = {"png": base64.b64encode(png).decode(), "pdf": base64.b64encode(pdf).decode()}
    return {"svg": svg, "width": width, "height": height, **files}


def _size(svg: str) -> tuple[int, int]:
    from defusedxml.ElementTree import fromstring

    root = fromstring(svg)
    return round(float(root.get("width", "0"))), round(float(root.get("height", "0")))


def _reason(text: str) -> str:
    """Give what the library says, without the trace of its own program."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("at ")]
    return " ".join(lines)[:300]


if __name__ == "__main__":
    main()
