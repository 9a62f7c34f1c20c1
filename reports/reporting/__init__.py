"""The job `generate_report`: a report on points, section by section."""
