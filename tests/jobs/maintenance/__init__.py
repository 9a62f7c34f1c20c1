"""Periodic tasks: rescue, expiry and retention."""
