"""Guarded fetching of web pages: public addresses only, limited time and size, robots.txt."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings

from jobs.ai.web.decoder import PageUnreadable, decode, decompress, page_too_large
from jobs.ai.web.robots import MAX_ROBOTS_BYTES, Robots
from jobs.errors import AttemptError, Fault, RateLimited, TransientError
from jobs.outbound.ssrf import url_fault
from jobs.outbound.status import error_class, requested_wait

if TYPE_CHECKING:
    from jobs.outbound.http import OutboundResponse, Resolver

MAX_PAGE_BYTES = 2_000_000
"""Bytes, before and after decompression."""
TIMEOUT_SECONDS = 15.0
"""For a whole page: name resolution, robots.txt, redirects, and the body."""
MAX_REDIRECTS = 5
REDIRECT_STATUSES = {301, 302, 303, 307, 308}
NOT_FOUND_STATUSES = {404, 410}
MEDIA_TYPES = {"text/html", "application/xhtml+xml", "text/plain", "text/markdown"}
ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.8, text/markdown;q=0.8"


@dataclass(frozen=True, kw_only=True)
class FetchedPage:
    """A fetched page. Its content is untrusted data, never an instruction."""

    url: str
    """The final URL, after redirects."""
    media_type: str
    """For example `text/html`."""
    text: str


def faults(url: str, pointer: str = "/url") -> list[Fault]:
    """Return a fault if a URL may not be fetched. Does not resolve its host name."""
    fault = url_fault(url)
    return [Fault(pointer=pointer, code="address_refused", detail=fault)] if fault else []


class Fetcher:
    """Fetches pages for one job, and the robots.txt of each site once."""

    def __init__(
        self, *, timeout_seconds: float = TIMEOUT_SECONDS, resolve: "Resolver | None" = None
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._resolve = resolve
        self._robots: dict[str, Robots] = {}

    def fetch(self, url: str) -> FetchedPage:
        """Fetch a text page.

        Raises `PageUnreadable` (no page, not text, too large, disallowed by robots.txt) or
        `AddressNotAllowed` (no public address), which are final; `RateLimited` or `TransientError`,
        which are not.
        """
        deadline = time.monotonic() + self._timeout_seconds
        final_url, response = self._follow_redirects(
            url, deadline, MAX_PAGE_BYTES + 1, self._check_robots
        )
        if error := _status_error(final_url, response):
            raise error
        if len(response.body) > MAX_PAGE_BYTES:
            raise page_too_large(MAX_PAGE_BYTES)
        content_type = _content_type(response)
        media_type = content_type.get_content_type()
        if media_type not in MEDIA_TYPES:
            raise PageUnreadable(f"{final_url} is not a text page but {media_type[:80]}.")
        content = decompress(
            response.body, response.headers.get("content-encoding", ""), MAX_PAGE_BYTES
        )
        text = decode(content, str(content_type.get_content_charset("")))
        return FetchedPage(url=final_url, media_type=media_type, text=text)

    def _follow_redirects(
        self, url: str, deadline: float, max_bytes: int, check: Callable[[str, float], None]
    ) -> "tuple[str, OutboundResponse]":
        """Return the final URL and its response. `check` is called before each request."""
        for _ in range(MAX_REDIRECTS + 1):
            check(url, deadline)
            response = self._call(url, deadline, max_bytes)
            location = response.headers.get("location", "")
            if response.status not in REDIRECT_STATUSES or not location:
                return url, response
            url = _redirect_url(url, location)
        raise PageUnreadable(f"{url} redirects more than {MAX_REDIRECTS} times.")

    def _call(self, url: str, deadline: float, max_bytes: int) -> "OutboundResponse":
        from jobs.outbound import http  # imports an HTTP client, which only fetching needs

        headers = {"User-Agent": settings.AI_WEB_AGENT, "Accept": ACCEPT}
        try:
            return http.request(
                "GET",
                url,
                headers=headers,
                timeout=max(0.0, deadline - time.monotonic()),
                max_bytes=max_bytes,
                resolver=self._resolve or http.resolve_host,
            )
        except http.Unreachable as error:
            timed_out = time.monotonic() >= deadline
            reason = (
                f"It took more than {self._timeout_seconds:g} seconds."
                if timed_out
                else error.message
            )
            raise TransientError(f"{_host(url)} cannot be read at the moment. {reason}") from error

    def _check_robots(self, url: str, deadline: float) -> None:
        if url_fault(url):
            return  # the request itself raises the reason
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._fetch_robots(origin, deadline)
        if not self._robots[origin].allows(url):
            raise PageUnreadable(f"The robots.txt of {parts.netloc} disallows {url}.")

    def _fetch_robots(self, origin: str, deadline: float) -> Robots:
        """Return the rules of a site. No file (4xx, a redirect loop) allows all pages.

        A server error (5xx) allows none for now: raises `TransientError`.
        """
        try:
            url, response = self._follow_redirects(
                f"{origin}/robots.txt", deadline, MAX_ROBOTS_BYTES, lambda url, deadline: None
            )
            if response.status >= 500:
                raise TransientError(
                    f"The robots.txt of {_host(url)} fails (HTTP {response.status}), so it is "
                    "unknown which pages may be read."
                )
            content = decompress(
                response.body, response.headers.get("content-encoding", ""), MAX_ROBOTS_BYTES
            )
        except PageUnreadable:
            return Robots()
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            return Robots()
        agent = settings.AI_WEB_AGENT.partition("/")[0]
        return Robots.parse(content.decode("utf-8", "replace"), agent)


def _status_error(url: str, response: "OutboundResponse") -> AttemptError | None:
    status = response.status
    kind, wait = error_class(status), requested_wait(status, response.headers)
    if kind is None:
        return None
    if kind is RateLimited:
        return RateLimited(f"{_host(url)} limits our request rate.", wait)
    if kind is TransientError:
        return TransientError(f"{_host(url)} is unavailable (HTTP {status}).", wait)
    if status in NOT_FOUND_STATUSES:
        return PageUnreadable(f"There is no page at {url} (HTTP {status}).")
    return PageUnreadable(f"{_host(url)} refuses to serve {url} (HTTP {status}).")


def _content_type(response: "OutboundResponse") -> Message:
    """Parse the Content-Type. A page without one counts as HTML."""
    message = Message()
    message["Content-Type"] = response.headers.get("content-type") or "text/html"
    return message


def _redirect_url(url: str, location: str) -> str:
    try:
        return urldefrag(urljoin(url, location.strip())).url
    except ValueError:
        raise PageUnreadable(f"{_host(url)} redirects to an invalid URL.") from None


def _host(url: str) -> str:
    return urlsplit(url).netloc or url
