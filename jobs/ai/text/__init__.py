"""Text: encodings, alphabets, quotations, workbooks."""
