"""What stands before every page, so that no caller spoils the service for the others.

The reasons for each number are in docs/decisions/0016.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, request
from limits import RateLimitItem, parse

from cds_service import forwarded
from cds_service.errors import NotTrusted, Overloaded, RateLimited, ServiceError, SettingsRefused
from cds_service.load import Load, Refusals
from cds_service.rates import Rates
from cds_service.settings import NO_LIMIT, Settings

STRANGERS = "100 per 10 seconds"
"""So many refusals for lack of trust an address is told as such; what comes more often is told to wait."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # An answer that a browser shows as a page may load nothing, run nothing and be framed by nobody.
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    # For requests without CORS, such as <img src>; those with CORS, as the sandbox's, are not held by it.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    # In place of granian's own.
    "Server": "leg-weakness-cds",
}
HSTS = "max-age=31536000"
"""A year; not for other names of the hospital, which are not ours to speak for."""

log = structlog.get_logger()


class Shield:
    """The limits of one worker. `g.client_name` names the client whose token was verified, if any."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.refusals = Refusals(time.monotonic)
        self.load = Load(
            settings.max_body_bytes, settings.max_memory_mb * 1024**2 if settings.max_memory_mb else None
        )
        self._settings = settings
        self._headers = dict(HEADERS)
        if settings.in_production and urlsplit(settings.base_url).scheme == "https":
            self._headers["Strict-Transport-Security"] = HSTS
        self._rates = _rates(settings)
        self._of_calls = None if settings.rate_limit == NO_LIMIT else parse(settings.rate_limit)
        self._of_strangers = parse(STRANGERS)
        app.teardown_request(_leave)

    def admit(self) -> None:
        """Count the call of a caller who is known by now. Raises `RateLimited`."""
        rate = self._of_calls
        # Counted for each address of the service by itself: a storm of feedback refuses no hook call.
        if rate is not None and not self._rates.allows(rate, self._caller(), f"call {request.endpoint}"):
            raise _rate_limited(rate, "This client sends more calls than rate_limit allows.")

    def instead_of(self, error: ServiceError) -> ServiceError:
        """What to answer where `error` was to be; counted, and logged now and then.

        A call without trust has been checked by then: whoever brings a good token is never refused for what
        others at the same address do, which behind a proxy may be the whole hospital's.
        """
        if isinstance(error, NotTrusted):
            rate = self._of_strangers
            if not self._rates.allows(rate, self._address(), "stranger"):
                error = _rate_limited(rate, "Too many calls from this address were refused with 401.")
        if isinstance(error, RateLimited | Overloaded):
            count = self.refusals.count(error.code)
            if count is not None:
                client = _client() or None
                log.warning(
                    "calls refused", error=error.code, status=error.status, count=count, client=client
                )
        return error

    def body(self, limit: int) -> bytes:
        """The body of the call, one byte more than `limit` when it is longer; its room is kept until the end.

        Raises `Overloaded`.
        """
        stay = g.stay = self.load.enter(request.content_length or 0)
        request.max_content_length = limit + 1
        with self.load.reading():
            return stay.read(request.stream, limit)

    def protect(self, response: Response) -> Response:
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        return response

    def _caller(self) -> str:
        name = _client()
        return f"client {name}" if name else self._address()

    def _address(self) -> str:
        """Never logged; the counts keep it for some seconds."""
        peer, before = request.remote_addr or "", request.headers.get("X-Forwarded-For", "")
        return f"address {forwarded.caller(peer, before, self._settings.trusted_proxies)}"


def _rates(settings: Settings) -> Rates:
    try:
        return Rates(settings.rate_limit_storage)
    except ValueError:
        raise SettingsRefused("rate_limit_storage: is no address of a Redis that can be used.") from None


def _client() -> str | None:
    name: str | None = g.get("client_name")
    return name


def _rate_limited(rate: RateLimitItem, sentence: str) -> RateLimited:
    window = rate.get_expiry()
    return RateLimited(f"{sentence} Send them again after {window} seconds.", window)


def _leave(_: BaseException | None = None) -> None:
    if (stay := g.pop("stay", None)) is not None:
        stay.leave()
