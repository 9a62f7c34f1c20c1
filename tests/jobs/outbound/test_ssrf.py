"""URLs of callers lead to the public internet or nowhere."""

import socket
from ipaddress import ip_address

import pytest
from pytest_django import Settings

from jobs.outbound import http, ssrf
from tests.jobs.webhooks.receiver import Receiver, status

HOSTILE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://localhost.:80/",
    "http://a.localhost/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:0001::]/",
    "http://[2001:0:7f00:1::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://0.0.0.0/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://127.0.0.1/",
    "http:///nothing",
    "http://user:pw@example.org/",
    "http://example.org:99999/",
    "http://example.org/\r\nHost: internal",
    "http://[::1",
    "//example.org/",
    "",
]


def call(url: str, **more: object) -> http.OutboundResponse:
    return http.request("POST", url, headers={}, timeout=2, max_bytes=1024, **more)  # type: ignore[arg-type]  # a resolver


def never(host: str, port: int) -> list[str]:
    raise AssertionError("it must be refused without a look-up")


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_without_a_lookup(url: str) -> None:
    assert ssrf.url_fault(url)
    with pytest.raises(http.AddressNotAllowed):
        call(url, resolver=never)


@pytest.mark.parametrize("url", HOSTILE)
def test_the_connection_refuses_a_private_address_too(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "url_fault", lambda _: "")
    with pytest.raises((http.AddressNotAllowed, http.Unreachable)):
        call(url, resolver=_only_literals)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:1.1.1.1"],
)
def test_public_addresses_are_public(address: str) -> None:
    assert ssrf.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url", ["https://example.org/hook?a=b", "http://example.org:8080/", "https://bücher.example/"]
)
def test_an_ordinary_url_is_accepted(url: str) -> None:
    assert ssrf.url_fault(url) == ""


def test_a_rebinding_name_is_refused(receiver: Receiver, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = ()
    answers = [["93.184.216.34", "127.0.0.1"], ["127.0.0.1"]]
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    url = receiver.url.replace("127.0.0.1", "rebind.test")
    with pytest.raises(http.AddressNotAllowed, match="not a public address"):
        call(url, resolver=resolve)  # one address of several is private
    with pytest.raises(http.AddressNotAllowed):
        call(url, resolver=resolve)
    assert receiver.all() == []


def test_the_connection_uses_the_checked_address(receiver: Receiver) -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.9.9.9"]

    answer = call(receiver.url.replace("127.0.0.1", "once.test"), resolver=resolve)
    assert (answer.status, asked) == (200, ["once.test"])
    assert receiver.only().headers["Host"].startswith("once.test:")


def test_a_redirect_to_a_private_address_is_not_followed(receiver: Receiver) -> None:
    receiver.script += [status(307, Location="http://169.254.169.254/latest")]
    assert call(receiver.url).status == 307
    assert len(receiver.all()) == 1


def test_a_hanging_name_server_ends_by_the_timeout() -> None:
    waiting = socket.socketpair()

    def hang(host: str, port: int) -> list[str]:
        waiting[0].recv(1)
        return []

    with pytest.raises(http.Unreachable, match=r"within 0\.2 seconds"):
        http.request(
            "GET", "http://slow.test/", headers={}, timeout=0.2, max_bytes=1, resolver=hang
        )
    for end in reversed(waiting):
        end.close()


def test_an_unknown_name_and_a_closed_port_are_unreachable(
    settings: Settings,
) -> None:
    settings.OUTBOUND_ALLOWED = ("127.0.0.0/8",)
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))
        with pytest.raises(http.Unreachable):
            call(f"http://127.0.0.1:{shut.getsockname()[1]}/")

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(http.Unreachable, match="not known"):
        call("http://nowhere.test/", resolver=unknown)


def _only_literals(host: str, port: int) -> list[str]:
    """Look up what the system reads as an address; nothing here leaves the machine."""
    found = socket.getaddrinfo("127.0.0.1" if "localhost" in host else host, port, flags=4)
    return [str(entry[4][0]) for entry in found]
