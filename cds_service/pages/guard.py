"""Who may ask for the pages of the test bench: a browser on this machine, from these very pages.

Listening on loopback does not keep out a page of the internet that is open in the same browser. It may send
forms here, and under a name of its own that it lets lead to 127.0.0.1 (DNS rebinding) it may read as well.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import request

from cds_service.errors import ForeignRequest
from cds_service.settings import Settings, is_loopback

_OWN = {"same-origin", "none"}
"""Of Sec-Fetch-Site: the page itself, and whoever typed the address."""
_READS = {"GET", "HEAD"}


def refuse_strangers(settings: Settings) -> Callable[[], None]:
    """What stands before each page; it raises `ForeignRequest`."""
    names = {"localhost", settings.host, urlsplit(settings.base_url).hostname or settings.host}

    def refuse() -> None:
        name = _host(request.headers.get("Host", ""))
        if not (name in names or is_loopback(name)):
            raise ForeignRequest(
                "Host: the test bench answers under the address of this machine only. "
                "Open it as ./run prints it."
            )
        if not _is_own():
            raise ForeignRequest(
                "Origin: the test bench takes nothing from other sites. Open its page and enter it there."
            )

    return refuse


def _is_own() -> bool:
    """A browser says where a request comes from; no page can make it say anything else."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.method in _READS:
        # A link from elsewhere may open the page; nothing else of another site may have it loaded.
        return site is None or site in _OWN or request.headers.get("Sec-Fetch-Mode") == "navigate"
    if site is not None:
        return site in _OWN
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("Host")


def _host(header: str) -> str:
    """Without the port; "" where it is none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
