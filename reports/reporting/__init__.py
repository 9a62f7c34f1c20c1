"""The `generate_report` job: a report on points, section by section."""
