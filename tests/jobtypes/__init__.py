"""An app with the job types that tests run: small, and each with one behaviour."""
