"""The baseline: a Celery task that returns its text and stores its result in Redis."""

from celery import shared_task


@shared_task(name="bench.echo", ignore_result=False)
def echo(text: str) -> dict[str, str]:
    return {"text": text}
