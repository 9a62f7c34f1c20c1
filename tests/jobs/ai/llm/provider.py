"""A small test server that speaks chat completions and misbehaves on demand."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Call"], None]
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


class Call(BaseHTTPRequestHandler):
    """One request, and ways to answer it."""

    disable_nagle_algorithm = True
    provider: "Provider"
    body: dict[str, Any]

    def do_POST(self) -> None:
        """Respond as the test configured the provider."""
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.provider.calls.append(self.body)
        self.provider.behave(self)

    def answer(self, status: int, body: Any, **headers: str) -> None:
        """Send JSON, or a text as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.send_response(status)
        kind = "text/html" if isinstance(body, str) else "application/json"
        for name, value in {"Content_Type": kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def say(self, text: str, *, finish: str = "stop") -> None:
        """Answer with a model's text, word by word."""
        self.stream(re.split("(?<= )", text), finish=finish)

    def stream(self, pieces: list[str], *, finish: str = "", **headers: str) -> None:
        """Stream pieces of a text; without a `finish` it ends without saying that it has."""
        self.send_response(200)
        for name, value in {"Content_Type": "text/event-stream", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        for piece in pieces:
            self.piece(piece)
        if finish:
            self.end(finish)

    def piece(self, text: str) -> None:
        """Send a piece of a text."""
        self._chunk({"index": 0, "delta": {"content": text}, "finish_reason": None})

    def end(self, finish: str = "stop") -> None:
        """End the stream as it should be."""
        self._chunk({"index": 0, "delta": {}, "finish_reason": finish}, usage=USAGE)
        self.wfile.write(b"data: [DONE]\n\n")

    def event(self, data: dict[str, Any]) -> None:
        """Send one event of a stream."""
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())

    def _chunk(self, choice: dict[str, Any], **more: Any) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        self.event({**chunk, "choices": [choice], **more})

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@dataclass
class Provider:
    """The server, what it was asked, and how it behaves."""

    url: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    behave: Behaviour = field(default=lambda call: call.say("Fine."))

    @property
    def settings(self) -> dict[str, Any]:
        """Give the entry of AI_MODELS that leads here; it costs a dollar for a million tokens."""
        price = {"prompt": 1.0, "completion": 1.0}
        return {
            "provider": "openai",
            "base_url": self.url,
            "api_key": "secret",
            "timeout": 2.0,
            "price": price,
        }


PLAN = json.dumps(
    {
        "title": "What the bridge costs",
        "parts": [
            {"heading": "Cost", "brief": "What the repair costs."},
            {"heading": "Delays", "brief": "What was late."},
        ],
    }
)


ANSWERS = {
    "You plan reports": PLAN,
    "You write the summary": "All in all 48,000 euro [S1].",
    "You judge one option": json.dumps(
        {"score": 4, "reason": "It costs 48,000 euro.", "evidence": ["S1"]}
    ),
    "You say what speaks for": json.dumps(
        {
            "pros": [{"text": "It is cheap.", "evidence": ["[S1]"]}],
            "cons": [{"text": "It is ugly.", "evidence": []}],
            "risks": [{"text": "Paint is late.", "evidence": ["S1", "S9"]}],
        }
    ),
    "You describe pictures": json.dumps({"pictures": [{"number": 1, "text": "A pier with rust."}]}),
}
"""By how the instructions begin."""


def write(call: Call) -> None:
    """Answer as a well-behaved model does, whatever it is asked for."""
    asked = call.body["messages"][0]["content"]
    found = (answer for begin, answer in ANSWERS.items() if asked.startswith(begin))
    call.say(next(found, "It costs 48,000 euro [S1]."))


@contextmanager
def provider() -> Iterator[Provider]:
    """Have a provider listen on loopback inside the block."""
    made = Provider()
    handler = type("Handler", (Call,), {"provider": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
