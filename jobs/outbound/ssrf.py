"""The guard against server-side request forgery: which addresses and URLs may be called."""

import re
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

IPAddress = IPv4Address | IPv6Address

GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address."""
TUNNELS = (
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2001::/32"),  # Teredo
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
)
"""Obsolete tunnels into IPv4; no receiver needs them today."""
MAX_URL_CHARACTERS = 2000
SCHEMES = ("http", "https")
NUMERIC_IPV4 = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)
"""All notations of IPv4 addresses that inet_aton accepts: 127.1, 0x7f.1, 2130706433, 0177.0.0.1."""


def is_allowed(address: str) -> bool:
    """Whether we may connect to an IP address: it is public, or in `OUTBOUND_ALLOWED`."""
    ip = ip_address(address.partition("%")[0])
    if any(ip in ip_network(network) for network in settings.OUTBOUND_ALLOWED):
        return True
    return is_public(ip)


def is_public(ip: IPAddress) -> bool:
    """Whether an address, or the IPv4 address inside it, belongs to the public internet."""
    inner = _embedded_ipv4(ip)
    if inner is not None:
        return is_public(inner)
    if ip.version == 6 and ip not in GLOBAL_UNICAST:
        return False
    is_tunnel = any(ip in network for network in TUNNELS)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not is_tunnel


def url_fault(url: str, schemes: Collection[str] = SCHEMES) -> str:
    """Return why a URL may not be called, or "". Resolves no host name."""
    if len(url) > MAX_URL_CHARACTERS:
        return f"It is longer than {MAX_URL_CHARACTERS} characters."
    if not url.isprintable() or " " in url:
        return "It contains spaces or control characters."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"It is not a URL: {error}."
    if parts.scheme not in schemes or not host:
        return f"It does not begin with {' or '.join(f'{name}://' for name in schemes)} and a host."
    if parts.username is not None or parts.password is not None:
        return "It contains a user name or a password, which are not supported."
    return _host_fault(host)


def _host_fault(host: str) -> str:
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        if ":" not in host:
            return f"{host!r} is not a host name."
        name = host
    address = _literal_address(name)
    plain = name.rstrip(".").lower()
    if plain == "localhost" or plain.endswith(".localhost"):
        address = "127.0.0.1"
    if address is not None and not is_allowed(address):
        return f"{host} is not a public address."
    return ""


def _literal_address(name: str) -> str | None:
    """Return the address if a host name is a literal address, else `None`."""
    try:
        if NUMERIC_IPV4.fullmatch(name):
            return socket.inet_ntoa(socket.inet_aton(name.rstrip(".")))
        return str(ip_address(name.partition("%")[0]))
    except (OSError, ValueError):
        return None


def _embedded_ipv4(ip: IPAddress) -> IPv4Address | None:
    if not isinstance(ip, IPv6Address):
        return None
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped
