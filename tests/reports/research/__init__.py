"""Research: a company and a market, against a site, a search provider and a model of the tests."""
