"""Questions about tables, and dashboards."""
