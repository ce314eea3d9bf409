"""Who may read the metrics: whoever calls from `metrics_from`, and not by way of an unknown proxy."""

from __future__ import annotations

from collections.abc import Callable

from cds_service import forwarded
from cds_service.settings import Settings

BY_PROXIES = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")


def may_read(settings: Settings, peer: str, header: Callable[[str], str | None]) -> bool:
    """`peer`: who is connected; `header` gives one of the request by its name.

    A proxy on the same machine connects from loopback, and so would everybody behind it. One that is listed
    (`trusted_proxies`) says who calls; what another one passes on, by the headers that proxies write, is
    refused.
    """
    trusted = settings.trusted_proxies
    passed_on = [name for name in BY_PROXIES if header(name)]
    chain = header("X-Forwarded-For") or ""
    if passed_on and not (chain and forwarded.is_among(peer, trusted)):
        return False
    address = forwarded.nearest(peer, chain, trusted)
    if address is None or (passed_on and forwarded.is_among(str(address), trusted)):
        return False  # it came through the proxy, and who sent it cannot be read
    return any(address in each for each in settings.metrics_from)
