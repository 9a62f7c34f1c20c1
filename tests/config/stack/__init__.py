"""`make run`: all processes of a deployment under one supervisor."""
