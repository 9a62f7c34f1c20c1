"""Webhooks: telling other programs what happens to jobs. See docs/webhooks.md."""
