"""The `analyze_data` job: answers a question about a table with figures, text and charts."""
