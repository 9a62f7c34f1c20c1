"""The baseline: a Celery task whose result is stored in Redis.

Celery's defaults, and `task_acks_late`: a lost worker loses no task.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from celery import Celery

from bench.peers.protocol import TEXT, TIMEOUT_SECONDS, Contender, Session, serve

app = Celery("bench", broker=os.environ["BENCH_BROKER"], backend=os.environ["BENCH_RESULTS"])
app.conf.update(task_acks_late=True, result_expires=3600)


@app.task(name="bench.echo")
def echo(text: str) -> dict[str, str]:
    return {"text": text}


class RawCelery(Contender):
    """A task of Celery."""

    def submit(self, kind: str) -> Any:
        return echo.delay(TEXT)

    def wait(self, handle: Any) -> None:
        handle.get(timeout=TIMEOUT_SECONDS)
        handle.forget()

    def has_ended(self, handle: Any) -> bool:
        return bool(app.backend.get_task_meta(handle.id)["status"] == "SUCCESS")

    def last_end(self, handles: Sequence[Any]) -> float:
        metas = [app.backend.get_task_meta(handle.id) for handle in handles]
        for handle in handles:
            handle.forget()  # ends its subscription, and deletes the result
        return max(datetime.fromisoformat(meta["date_done"]).timestamp() for meta in metas)


if __name__ == "__main__":
    serve(Session(RawCelery()))
