"""PostgreSQL and Valkey (Redis-compatible) for machines that have no such servers.

The servers store their data durably in one data folder and listen on unix sockets only. The process
that holds the folder's lock owns both servers; other processes attach to them. A server whose URL
is set (`DATABASE_URL`, `REDIS_URL`) is external and is not started.
"""
