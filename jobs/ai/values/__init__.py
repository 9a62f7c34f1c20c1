"""Numbers, money and dates as people write them: the one reader of tables, documents and texts."""
