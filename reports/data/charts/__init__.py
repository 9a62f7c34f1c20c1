"""Charts of computed results: Vega-Lite with embedded data, rendered as SVG."""
