"""Writing of reports and briefs, with a language model or by quotation."""
