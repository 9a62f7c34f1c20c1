"""A program: serves a model file over the OpenAI protocol, on a free port of loopback.

Prints its address when it answers, and ends with its standard input.
"""

import sys

import xllamacpp

CONTEXT = 8192
"""Tokens; what the server has is shared by what it answers at once."""


def main(model: str) -> None:
    """Serve until standard input ends."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.n_ctx, parameters.n_parallel = CONTEXT, 1
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
