"""What makes the text of pages findable: passages with their words and spellings."""
