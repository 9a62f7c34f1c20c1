"""The periodic runs: rescue, expiry and retention."""
