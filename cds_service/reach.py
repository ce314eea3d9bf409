"""Which addresses a server's name may lead to: so that nobody makes the service ask where it should not.

The address that was judged is the one that is connected to: a name is looked up once for each connection.
"""

from __future__ import annotations

import ipaddress
import re
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

_TRANSLATED = (
    ipaddress.ip_network("64:ff9b::/96"),  # NAT64, RFC 6052
    ipaddress.ip_network("::ffff:0:0:0/96"),  # SIIT, RFC 2765
)
"""The IPv4 address stands in the last 32 bits."""
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_BROADCAST = ipaddress.ip_address("255.255.255.255")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_NEVER = (
    ipaddress.ip_network("100.100.100.200/32"),  # Alibaba Cloud
    ipaddress.ip_network("168.63.129.16/32"),  # Azure, at an address that looks public
    ipaddress.ip_network("192.0.0.192/32"),  # Oracle Cloud
    ipaddress.ip_network("fd00:ec2::/32"),  # Amazon
    ipaddress.ip_network("fd20:ce::/32"),  # Google
    ipaddress.ip_network(
        "64:ff9b:1::/48"
    ),  # NAT64 of a site, RFC 8215: where the IPv4 address stands is its affair
)
"""Mostly where clouds hand their keys to whoever asks; other clouds do at link-local addresses."""


class Reach(Enum):
    """How far inside an address lies."""

    PUBLIC = "public"
    PRIVATE = "private"
    """In a network of the hospital's own, or of its provider."""
    NEVER = "never"
    """This machine, link-local (where clouds keep their keys), several machines, none, or not understood."""


def reach(address: str) -> Reach:
    """Of an address as the system's lookup gives it. An IPv4 address inside of an IPv6 one counts too."""
    found = ipaddress.ip_address(address.partition("%")[0])
    wrapped = _wrapped(found)
    return _of(found if wrapped is None else wrapped)


def _of(address: IPv4Address | IPv6Address) -> Reach:
    if (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (isinstance(address, IPv4Address) and (address in _THIS_NETWORK or address == _BROADCAST))
        or any(address in each for each in _NEVER)
    ):
        return Reach.NEVER
    if not address.is_global or (isinstance(address, IPv6Address) and address.is_site_local):
        return Reach.PRIVATE
    return Reach.PUBLIC


def _wrapped(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address only wraps."""
    if isinstance(address, IPv4Address):
        return None
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    if any(address in each for each in _TRANSLATED):
        return last
    if not int(address) >> 32 and int(address) > 1:  # ::a.b.c.d, of old
        return last
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def is_odd_host(host: str) -> bool:
    """Whether a host is written so that two programs may read it in two ways.

    Numbers that some read as an address (2130706433, 0x7f.1, 127.1, 0177.0.0.1), a dot at the end, an address
    with a zone, or a percent sign.
    """
    if "%" in host or host.endswith(".") or ".." in host or host.startswith("."):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None
    return False
