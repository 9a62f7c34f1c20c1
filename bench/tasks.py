"""The yardstick: a Celery task that gives its text back, with its result kept in Redis."""

from celery import shared_task


@shared_task(name="bench.echo", ignore_result=False)
def echo(text: str) -> dict[str, str]:
    """Give the text back."""
    return {"text": text}
