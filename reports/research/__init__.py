"""Research: companies and markets, each statement with the place that it rests on."""
