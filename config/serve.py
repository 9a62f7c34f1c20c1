"""`python -m config.serve`: the web process under uvicorn. HOST, PORT and WEB_PROCESSES count.

With WEB_FD it serves a socket that its parent listens on, in place of HOST and PORT.
"""

import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

from config import env
from config.request_heads import BoundedHeads

STREAMS_END_WITHIN = 10
"""Seconds that open requests have when the server is told to stop."""


def main() -> int:
    """Serve until told to stop; give the exit code."""
    config = uvicorn.Config(
        "config.web:application",
        host=env.text("HOST", "127.0.0.1"),
        port=env.integer("PORT", 8000, at_most=65535),
        workers=env.integer("WEB_PROCESSES", 1, at_least=1),
        loop="uvloop",
        http=BoundedHeads,
        proxy_headers=env.boolean("BEHIND_TLS", default=False),
        timeout_graceful_shutdown=STREAMS_END_WITHIN,
        access_log=False,
        server_header=False,
        log_config=None,  # Django's set-up configures logging, see config/logs.py
    )
    inherited = env.integer("WEB_FD", 0)
    listener = socket.socket(fileno=inherited) if inherited else config.bind_socket()
    server = uvicorn.Server(config)
    if config.workers > 1:
        Multiprocess(config, sockets=[listener]).run()
        return 0
    server.run(sockets=[listener])
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
