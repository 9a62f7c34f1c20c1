"""The job `analyze_data`: a question about a table becomes a plan, figures, words and charts."""
