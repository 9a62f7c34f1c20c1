"""The search for evidence in documents."""
