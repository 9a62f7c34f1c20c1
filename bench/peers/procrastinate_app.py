"""The app of Procrastinate: its connection and the task. Its worker imports this module."""

import os

from procrastinate import App, PsycopgConnector

CONNECTION = (
    f"host={os.environ['BENCH_DATABASE_HOST']} dbname={os.environ['BENCH_DATABASE']} user=app"
)
app = App(connector=PsycopgConnector(conninfo=CONNECTION))


@app.task(name="echo", queue="bench")  # type: ignore[untyped-decorator]  # not installed here
async def echo(text: str) -> dict[str, str]:
    return {"text": text}
