"""Webhooks: deliveries, retries and signatures."""
