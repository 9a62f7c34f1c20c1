"""A real PostgreSQL and a real Redis-compatible server for machines that have none.

The servers live in one data folder, listen on unix sockets only and keep their data durably. The
process that holds the folder's lock owns both; every other process attaches to them. A server whose
URL is set (`DATABASE_URL`, `REDIS_URL`) is somebody else's and is not started.
"""
