"""Which addresses of the internet we connect to on behalf of others, and which URLs we take."""

import re
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

IPAddress = IPv4Address | IPv6Address

GLOBAL_UNICAST = IPv6Network("2000::/3")
TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last 32 bits are an IPv4 address."""
TUNNELS = (
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2001::/32"),  # Teredo
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
)
"""Ways into IPv4 that no receiver of today is behind."""
LONGEST = 2000
SCHEMES = ("http", "https")
NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)
"""Every way in which inet_aton writes an IPv4 address: 127.1, 0x7f.1, 2130706433, 0177.0.0.1."""


def is_allowed(address: str) -> bool:
    """Say whether we may connect to an IP address: a public one, or one the settings allow."""
    ip = ip_address(address.partition("%")[0])
    if any(ip in ip_network(network) for network in settings.OUTBOUND_ALLOWED):
        return True
    return is_public(ip)


def is_public(ip: IPAddress) -> bool:
    """Say whether an address belongs to the public internet; one within another, whether both."""
    inner = _embedded(ip)
    if inner is not None:
        return is_public(inner)
    if ip.version == 6 and ip not in GLOBAL_UNICAST:
        return False
    tunnelled = any(ip in network for network in TUNNELS)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not tunnelled


def fault_of(url: str, schemes: Collection[str] = SCHEMES) -> str:
    """Say what is wrong with a URL that we are to call, "" if nothing is. Looks no name up."""
    if len(url) > LONGEST:
        return f"It is longer than {LONGEST} characters."
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
    return _fault_of_host(host)


def _fault_of_host(host: str) -> str:
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        if ":" not in host:
            return f"{host!r} is not a host name."
        name = host
    address = _literal(name)
    local = name.rstrip(".").lower()
    if local == "localhost" or local.endswith(".localhost"):
        address = "127.0.0.1"
    if address is not None and not is_allowed(address):
        return f"{host} is not a public address."
    return ""


def _literal(name: str) -> str | None:
    """Give the address that a host name spells out, if it does."""
    try:
        if NUMERIC.fullmatch(name):
            return socket.inet_ntoa(socket.inet_aton(name.rstrip(".")))
        return str(ip_address(name.partition("%")[0]))
    except (OSError, ValueError):
        return None


def _embedded(ip: IPAddress) -> IPv4Address | None:
    if not isinstance(ip, IPv6Address):
        return None
    if ip in TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped
