"""Charts of computed results: Vega-Lite, with the data inside, drawn as SVG."""
