"""Checks of the way to the service: address, TLS, redirects, path, clock, browsers, buffering."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from cds_service.addresses import Place
from cds_service.check_registration import Door, Fault, NothingCame, Reply
from cds_service.site.unexpected import unexpected
from cds_service.site.visit import DISCOVERY, SERVICE, Visit, told
from cds_service.trust.claims import LEEWAY

_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
SOON = timedelta(days=14)
STRANGE_ORIGIN = "https://not-registered.example"
_HALF_BODY_WAIT = 2.0
_CLOCK_NOISE = 5.0
"""Seconds: the header has whole ones, and the way takes some."""


def connection(visit: Visit) -> bool:
    """Whether the server is there at all; says `address`, `certificate` and `connection`."""
    if visit.place.scheme == "https":
        visit.ok("address", "The address is https.")
        if not _certificate(visit):
            return False
    elif not visit.on_this_machine:
        visit.wrong(
            "address",
            "The address is http instead of https. Nothing was sent to it.",
            "Register and check the https address: patient data and tokens need TLS.",
        )
        return False
    elif not visit.insecure_loopback:
        visit.wrong(
            "address",
            "The address is http, which counts for this very machine with --insecure-loopback only.",
            "Add it for a trial; an EHR needs https.",
        )
        return False
    else:
        visit.ok("address", "http on this very machine, as --insecure-loopback allows; an EHR needs https.")
        visit.not_tried("certificate", "Without https there is none.")
    try:
        visit.get("/healthz")
    except NothingCame as error:
        visit.wrong("connection", *told(error))
        return False
    visit.ok("connection", "The server answers.")
    return True


def _certificate(visit: Visit) -> bool:
    try:
        ends = visit.door.certificate_ends()
    except NothingCame as error:
        check = "certificate" if error.fault in {Fault.CERTIFICATE, Fault.TLS} else "connection"
        visit.wrong(check, *told(error))
        return False
    left = ends - visit.clock()
    if left < SOON:
        visit.wrong(
            "certificate",
            f"The certificate is valid, and ends in {left.days} days, on {ends:%d %b %Y}.",
            "Renew it now: without it every call is lost.",
        )
    else:
        visit.ok("certificate", f"The certificate is for this name and valid until {ends:%d %b %Y}.")
    return True


def plain_http(visit: Visit) -> None:
    """Nobody may be answered without TLS."""
    check = "plain-http"
    place = visit.place
    if place.scheme != "https" or place.port != 443:
        visit.not_tried(check, "Only asked for where the address has the usual port of https.")
        return
    door = Door(Place("http", place.host, 80, place.path), min(visit.door.seconds, 5))
    try:
        reply = door.ask("GET", f"{place.path}{DISCOVERY}")
    except NothingCame:
        visit.ok(check, "Nobody answers without TLS.")
        return
    if 300 <= reply.status < 500:
        visit.ok(check, "Without TLS nothing is answered but a refusal or a redirect.")
    else:
        visit.wrong(
            check,
            f"The service is reached without TLS on port 80 ({reply.status}).",
            "Close port 80, or let the proxy redirect it.",
        )


def base_path(visit: Visit) -> bool:
    """Whether the service lives under this path; says `redirect`, `base-path` and `clock`."""
    try:
        reply = visit.get("/healthz")
        asked = visit.get(DISCOVERY)
    except NothingCame as error:
        visit.wrong("base-path", *told(error))
        return False
    _clock(visit, reply)
    if any(300 <= each.status < 400 for each in (reply, asked)):
        moved = reply if 300 <= reply.status < 400 else asked
        visit.wrong("redirect", *unexpected(moved, "The address"))
        return False
    visit.ok("redirect", "The address answers itself, without a redirect.")
    match reply.json:
        case {"status": "ok", "content": {"version": str(version), "digest": str(digest)}} if (
            _VERSION.fullmatch(version) and _DIGEST.fullmatch(digest)
        ):
            visit.ok("base-path", f"The service lives here, with content {version}, {digest}.")
            return True
    if asked.status == 404:
        visit.wrong("base-path", *_elsewhere(visit, asked))
        return False
    if reply.status in {401, 403, 404} and asked.status in {200, 401}:
        visit.not_tried(
            "base-path",
            "/healthz is not let through, so its content cannot be told; discovery is.",
            "Let the proxy pass /healthz to whoever watches the service.",
        )
        return True
    visit.wrong("base-path", *unexpected(reply, "/healthz"))
    return False


def _elsewhere(visit: Visit, reply: Reply) -> tuple[str, str]:
    """Whether the service lives at another path of the same host."""
    path = visit.place.path
    parts = path.split("/")
    for shorter in ["/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]:
        try:
            found = visit.door.ask("GET", f"{shorter}/healthz")
        except NothingCame:
            continue
        match found.json:
            case {"status": "ok", "content": {"digest": str()}}:
                return (
                    f"The service lives at {shorter or '/'} of this host, and not at {path}.",
                    "Register the address without that part of the path, or set public_base_url with it.",
                )
    return unexpected(reply, "Discovery")


def _clock(visit: Visit, reply: Reply) -> None:
    try:
        there = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        visit.not_tried("clock", "The answer has no Date.")
        return
    there = there if there.tzinfo else there.replace(tzinfo=UTC)
    visit.skew = (there - reply.at).total_seconds()
    away = f"{abs(visit.skew):.0f} s {'ahead of' if visit.skew > 0 else 'behind'} this machine's"
    if abs(visit.skew) > LEEWAY:
        visit.wrong(
            "clock",
            f"The server's clock is {away}; tokens allow {LEEWAY} s.",
            "Set both clocks by a time server: tokens are refused for their times, findings dated wrongly.",
        )
    elif abs(visit.skew) > _CLOCK_NOISE:
        visit.ok("clock", f"The server's clock is {away}; tokens allow {LEEWAY} s.")
    else:
        visit.ok("clock", "The server's clock agrees with this machine's.")


def browsers(visit: Visit) -> None:
    """A page of a stranger may not read the service's answers."""
    headers = {
        "Origin": STRANGE_ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    try:
        reply = visit.door.ask("OPTIONS", visit.place.path + SERVICE, headers=headers)
    except NothingCame as error:
        visit.wrong("cors", *told(error))
        return
    allowed = reply.headers.get("access-control-allow-origin")
    if allowed not in {"*", STRANGE_ORIGIN}:
        visit.ok("cors", "Pages of strangers cannot call the service from a browser.")
    elif not visit.asks_for_tokens:
        visit.ok("cors", "Any page may call from a browser, as the development profile has it.")
    else:
        visit.wrong(
            "cors",
            "Any page may call the service from a browser.",
            "Take Access-Control-Allow-Origin out of the proxy, and name `origins` sparingly.",
        )


def buffering(visit: Visit) -> None:
    """A body that only begins must stay in the proxy: the service would answer it at once with 401."""
    if visit.on_this_machine:
        visit.not_tried("buffering", "On this machine there is no proxy in between.")
        return
    if not visit.asks_for_tokens:
        visit.not_tried("buffering", "It shows only where a token is asked for.")
        return
    try:
        reply = visit.post(SERVICE, b"{", announced=1000, patience=_HALF_BODY_WAIT)
    except NothingCame as error:
        if error.fault is Fault.TIMEOUT:
            visit.ok("buffering", "The proxy keeps a body until it is whole.")
        else:
            visit.wrong("buffering", *told(error))
        return
    if reply.status == 401:
        visit.wrong(
            "buffering",
            "A half-sent body reaches the service.",
            "Let the proxy take bodies in first (nginx: proxy_request_buffering on; Caddy: request_buffers).",
        )
    else:
        visit.wrong("buffering", *unexpected(reply))
