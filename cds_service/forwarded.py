"""What a proxy in front of the service may say of a call: the caller's address, for the limits and for the
readers of the metrics alone.

`Host` and `X-Forwarded-Host` are never looked at: where the service is called says `public_base_url`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import unquote, urlsplit

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
OWN_PATHS = (
    "/cds-services",
    "/healthz",
    "/readyz",
    "/metrics",
    "/demo/fhir",
    "/demo/held",
    "/assets",
    "/explanations",
    "/transparency",
    "/bench",
)
"""All that the service has lies here. A prefix is only taken off what leads here."""
_ONE_SITE = 64
"""Bits of an IPv6 address that name one connection to the net; whoever has it may use any of the others."""
_LONGEST_CHAIN = 32


def caller(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address to count by: the nearest that is no trusted proxy."""
    found = nearest(peer, forwarded, trusted)
    return "unknown" if found is None else _counted(found)


def nearest(peer: str, forwarded: str, trusted: Sequence[Network]) -> Address | None:
    """The nearest address that is no trusted proxy; None when even the peer's cannot be read.

    `peer` is who is connected; `forwarded` is X-Forwarded-For, to which each proxy adds, at the end, who was
    connected to it. Only what a trusted proxy wrote counts; the rest is whatever the caller wants.
    """
    here = _read(peer)
    if here is None:
        return None
    for written in reversed(forwarded.split(",")[-_LONGEST_CHAIN:]):
        if not _among(here, trusted):
            break
        there = _read(written.strip())
        if there is None:
            break
        here = there
    return here


def is_among(address: str, networks: Sequence[Network]) -> bool:
    found = _read(address)
    return found is not None and _among(found, networks)


def _read(written: str) -> Address | None:
    """As proxies write addresses: plain, or with a port."""
    with_port = re.fullmatch(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+", written)
    try:
        found = ip_address(next(filter(None, with_port.groups())) if with_port else written)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _among(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in each for each in networks)


def _counted(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), _ONE_SITE), strict=False))
    return str(address)


def plain_path(base_url: str) -> Callable[[str], str]:
    """How a path that was called becomes one of ours: slashes too many dropped, as is the base's own path.

    Whether the proxy takes the prefix off or not, both are answered.
    """
    prefix = unquote(urlsplit(base_url).path).rstrip("/")

    def plain(path: str) -> str:
        found = re.sub("/{2,}", "/", path).rstrip("/") or "/"
        if found == prefix and not found.startswith(OWN_PATHS):
            return "/"
        below = found.removeprefix(prefix) if prefix and found.startswith(f"{prefix}/") else found
        return below if below.startswith(OWN_PATHS) else found

    return plain
