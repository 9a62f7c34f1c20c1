"""`python -m config.web_server`: the web process, uvicorn. Reads HOST, PORT and WEB_PROCESSES.

With WEB_FD it serves a listening socket inherited from its parent, and ignores HOST and PORT.
"""

import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

from config import env
from config.request_heads import HeadLimitsProtocol

SHUTDOWN_TIMEOUT_SECONDS = 10
"""Time for open requests to finish when the server stops."""


def main() -> int:
    """Serve until a signal stops the server; return the exit code."""
    config = uvicorn.Config(
        "config.asgi:application",
        host=env.text("HOST", "127.0.0.1"),
        port=env.integer("PORT", 8000, at_most=65535),
        workers=env.integer("WEB_PROCESSES", 1, at_least=1),
        loop="uvloop",
        http=HeadLimitsProtocol,
        proxy_headers=env.boolean("BEHIND_TLS", default=False),
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT_SECONDS,
        access_log=False,
        server_header=False,
        log_config=None,  # Django's setup configures logging, see config/logs.py
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
