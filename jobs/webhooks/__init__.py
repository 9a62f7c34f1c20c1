"""Webhooks: HTTP callbacks for the events of jobs. See docs/webhooks.md."""
