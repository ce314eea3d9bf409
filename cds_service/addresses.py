"""Addresses of FHIR servers: whether two are the same, and whether a page lies at one of them.

What an EHR or a server sends is compared with what was registered, never repaired: two programs that read
an odd address in two ways are how a token gets to a stranger.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from cds_service.reach import is_odd_host

_PLAIN = re.compile(r"[!-\[\]-~]+")  # visible ASCII without the backslash: urlsplit drops tabs and line ends
_DOTS = re.compile(r"(?:^|/|%2f|%5c)(?:\.|%2e){1,2}(?:/|%2f|%5c|;|%3b|$)", re.IGNORECASE)
"""Steps upwards, also as servers read them that decode a slash, or drop what follows a semicolon."""
_PORTS = {"http": 80, "https": 443}


class Place(NamedTuple):
    """Where a server lives."""

    scheme: str
    host: str
    port: int
    path: str
    """Without the slash at its end."""


class Page(NamedTuple):
    """What is asked of a server."""

    place: Place
    target: str
    """Path and query, as the request line has them."""


def place(address: str) -> Place | None:
    """The place that a base address names; None when it has a user, a query, a fragment or anything odd."""
    found = page(address)
    return found.place if found and not set("?#") & set(address) else None


def page(address: str) -> Page | None:
    """An absolute address taken apart; None when it is odd or names a user."""
    if not _PLAIN.fullmatch(address):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or _DOTS.search(parts.path):
        return None
    if is_odd_host(parts.hostname):
        return None
    where = Place(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], parts.path.rstrip("/"))
    return Page(where, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def next_page(base: Place, here: str, link: str) -> Page | None:
    """The page that a link on the page `here` leads to; None when it is not below `base`."""
    if not _PLAIN.fullmatch(link):
        return None
    try:
        found = page(urljoin(here, link))
    except ValueError:
        return None
    if found is None or found.place[:3] != base[:3]:
        return None
    path = found.place.path
    return found if path == base.path or path.startswith(f"{base.path}/") else None


def written(where: Place) -> str:
    """The address of a place."""
    host = f"[{where.host}]" if ":" in where.host else where.host
    return f"{where.scheme}://{host}:{where.port}{where.path}"
