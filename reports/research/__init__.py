"""Research on companies and markets; every statement has its source."""
