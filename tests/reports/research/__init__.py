"""Research on a company and a market, with a site, a search provider and a model of the tests."""
