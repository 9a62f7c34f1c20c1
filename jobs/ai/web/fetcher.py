"""One guarded way to the web: public addresses, bounded time and size, robots respected."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings

from jobs.ai.web.decoder import PageUnreadable, decoded, inflated, too_large
from jobs.ai.web.robots import LARGEST, Robots
from jobs.errors import AttemptError, Fault, RateLimited, TransientError
from jobs.outbound.ssrf import url_fault
from jobs.outbound.status import error_class, requested_wait

if TYPE_CHECKING:
    from jobs.outbound.http import OutboundResponse, Resolver

LARGEST_PAGE = 2_000_000
"""Bytes, before and after decompression."""
SECONDS = 15.0
"""For a page in all: names, robots.txt, redirects, and the last byte."""
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
GONE = {404, 410}
KINDS = {"text/html", "application/xhtml+xml", "text/plain", "text/markdown"}
ACCEPTED = "text/html, application/xhtml+xml, text/plain;q=0.8, text/markdown;q=0.8"


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A page as it came. What it says is data, never an instruction."""

    url: str
    """Where it was at last, after redirects."""
    media_type: str
    """`text/html`, say."""
    text: str


def faults(url: str, pointer: str = "/url") -> list[Fault]:
    """Give a fault where a URL is none that is read: looks no name up."""
    fault = url_fault(url)
    return [Fault(pointer=pointer, code="address_refused", detail=fault)] if fault else []


class Fetcher:
    """Fetches pages for one job; what a site's robots.txt says is asked once."""

    def __init__(self, *, seconds: float = SECONDS, resolve: "Resolver | None" = None) -> None:
        self._seconds = seconds
        self._resolve = resolve
        self._robots: dict[str, Robots] = {}

    def fetch(self, url: str) -> Fetched:
        """Fetch a page of text.

        Raises `PageUnreadable` (no page, not text, too large, disallowed by robots.txt) or
        `AddressNotAllowed` (no public address), which are final; `RateLimited` or `TransientError`,
        which are not.
        """
        deadline = time.monotonic() + self._seconds
        last, answer = self._followed(url, deadline, LARGEST_PAGE + 1, self._ask_robots)
        if error := _error_of(last, answer):
            raise error
        if len(answer.body) > LARGEST_PAGE:
            raise too_large(LARGEST_PAGE)
        kind = _content_type(answer)
        media_type = kind.get_content_type()
        if media_type not in KINDS:
            raise PageUnreadable(f"{last} is no page of text but {media_type[:80]}.")
        content = inflated(answer.body, answer.headers.get("content-encoding", ""), LARGEST_PAGE)
        text = decoded(content, str(kind.get_content_charset("")))
        return Fetched(url=last, media_type=media_type, text=text)

    def _followed(
        self, url: str, deadline: float, most: int, before: Callable[[str, float], None]
    ) -> "tuple[str, OutboundResponse]":
        """Follow redirects by hand; `before` is called for each hop, and may raise."""
        for _ in range(MOST_REDIRECTS + 1):
            before(url, deadline)
            answer = self._call(url, deadline, most)
            location = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not location:
                return url, answer
            url = _joined(url, location)
        raise PageUnreadable(f"{url} redirects more than {MOST_REDIRECTS} times.")

    def _call(self, url: str, deadline: float, most: int) -> "OutboundResponse":
        from jobs.outbound import http  # loads an HTTP client, which only who fetches needs

        headers = {"User-Agent": settings.AI_WEB_AGENT, "Accept": ACCEPTED}
        try:
            return http.request(
                "GET",
                url,
                headers=headers,
                timeout=max(0.0, deadline - time.monotonic()),
                max_bytes=most,
                resolver=self._resolve or http.resolve_host,
            )
        except http.Unreachable as error:
            late = time.monotonic() >= deadline
            why = f"It took more than {self._seconds:g} seconds." if late else error.message
            raise TransientError(f"{_host(url)} cannot be read now. {why}") from error

    def _ask_robots(self, url: str, deadline: float) -> None:
        if url_fault(url):
            return  # the call itself says why it is refused
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._robots_of(origin, deadline)
        if not self._robots[origin].allows(url):
            raise PageUnreadable(
                f"The robots.txt of {parts.netloc} asks programs not to read {url}."
            )

    def _robots_of(self, origin: str, deadline: float) -> Robots:
        """Ask for the rules. No file (4xx, a loop) allows all; one that fails (5xx) nothing now."""
        try:
            url, answer = self._followed(
                f"{origin}/robots.txt", deadline, LARGEST, lambda url, deadline: None
            )
            if answer.status >= 500:
                raise TransientError(
                    f"The robots.txt of {_host(url)} fails (HTTP {answer.status}), so it is not "
                    "known what may be read there."
                )
            content = inflated(answer.body, answer.headers.get("content-encoding", ""), LARGEST)
        except PageUnreadable:
            return Robots()
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return Robots()
        agent = settings.AI_WEB_AGENT.partition("/")[0]
        return Robots.parse(content.decode("utf-8", "replace"), agent)


def _error_of(url: str, answer: "OutboundResponse") -> AttemptError | None:
    status = answer.status
    kind, wait = error_class(status), requested_wait(status, answer.headers)
    if kind is None:
        return None
    if kind is RateLimited:
        return RateLimited(f"{_host(url)} asks us to wait.", wait)
    if kind is TransientError:
        return TransientError(f"{_host(url)} fails (HTTP {status}).", wait)
    if status in GONE:
        return PageUnreadable(f"There is no page at {url} (HTTP {status}).")
    return PageUnreadable(f"{_host(url)} does not give us {url} (HTTP {status}).")


def _content_type(answer: "OutboundResponse") -> Message:
    """Read the Content-Type; a page that says nothing is taken for HTML."""
    message = Message()
    message["Content-Type"] = answer.headers.get("content-type") or "text/html"
    return message


def _joined(url: str, location: str) -> str:
    try:
        return urldefrag(urljoin(url, location.strip())).url
    except ValueError:
        raise PageUnreadable(f"{_host(url)} redirects to what is no URL.") from None


def _host(url: str) -> str:
    return urlsplit(url).netloc or url
