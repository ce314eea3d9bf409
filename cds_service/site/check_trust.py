"""Checks of who is let in: nobody without a token, the EHR with a good one, and no other token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from cds_service.check_registration import NothingCame, Reply
from cds_service.site.signing import LIFE, Signer, tampered
from cds_service.site.unexpected import unexpected
from cds_service.site.visit import SERVICE, Visit, code_of, request_id, told
from cds_service.trust.claims import LEEWAY

NO_KEY = "Without the EHR's private key no token can be signed."
GIVE_KEY = "Give a key of a test client: --key FILE --issuer ISS."
OPEN = "This service asks for no token (development profile)."
_REASONS = (
    "no-token or not-bearer: a proxy drops or changes the header Authorization; unknown-issuer: issuer; "
    "wrong-subject or wrong-tenant: compare; wrong-key-address: jku; unknown-key: the key is not in the set, "
    "or the kid is another; signature: another key under this kid"
)


def without_token(visit: Visit) -> bool:
    """Whether it could be told if tokens are asked for."""
    check = "no-token"
    try:
        reply = visit.post(SERVICE, visit.call())
    except NothingCame as error:
        visit.wrong(check, *told(error))
        return False
    if reply.status == 401 and code_of(reply) == "not-trusted":
        visit.ok(check, "A call without a token is refused.")
        return True
    if reply.status == 200 and isinstance(reply.json, dict) and isinstance(reply.json.get("cards"), list):
        visit.asks_for_tokens = False
        if visit.on_this_machine and visit.signer is None:
            visit.ok(check, f"{OPEN} That is right for trying it out on this machine, and nowhere else.")
        else:
            visit.wrong(
                check,
                "A call without a token is answered: anybody may ask.",
                'Set profile = "production" and register the EHR (docs/tokens.md).',
            )
        return True
    visit.wrong(check, *unexpected(reply, "A call without a token"))
    return False


def good_token(visit: Visit) -> Reply | None:
    """The answer to a call as the EHR sends it; None when it was refused, or nobody can call."""
    check = "token"
    if not visit.can_call:
        visit.not_tried(check, NO_KEY, GIVE_KEY)
        return None
    try:
        reply = visit.post(SERVICE, visit.call(), visit.token(SERVICE))
    except NothingCame as error:
        visit.wrong(check, *told(error))
        return None
    if not visit.asks_for_tokens:
        visit.not_tried(check, OPEN)
    elif reply.status == 401 and code_of(reply) == "not-trusted":
        visit.wrong(check, *_likely(visit, reply))
        return None
    elif reply.status == 401 or code_of(reply) in {"keys-unavailable", "replay-unchecked"}:
        visit.wrong(check, *unexpected(reply, "A call with a signed token"))
        return None
    else:
        visit.ok(check, "A call with a signed token is let in.")
    return reply


def _likely(visit: Visit, reply: Reply) -> tuple[str, str]:
    """Why a good token was refused: the service tells nobody, so small changes are tried."""
    for audience in _other_audiences(visit):
        if _accepted(visit, audience, issuer=None):
            return (
                f"A token for {audience} is accepted, and one for {visit.address(SERVICE)} is not.",
                "Set public_base_url to the address that the EHR calls, or register the other one there.",
            )
    if (signer := visit.signer) is not None:
        other = signer.issuer.rstrip("/") if signer.issuer.endswith("/") else f"{signer.issuer}/"
        if _accepted(visit, visit.address(SERVICE), issuer=other):
            return (
                f"The service knows the issuer as {other}, and not as {signer.issuer}.",
                "Write it in the settings as the EHR does, letter by letter; a slash at its end counts.",
            )
    if visit.skew is not None and abs(visit.skew) > LEEWAY:
        return (
            "A call with a signed token is refused, most likely for its times: the clocks differ.",
            "Set both clocks by a time server.",
        )
    return (
        "A call with a signed token is refused, and changes of address and issuer do not help.",
        f"Look up request {request_id(reply)} in the service's log (`not trusted`). {_REASONS}.",
    )


def _other_audiences(visit: Visit) -> Iterator[str]:
    """The same service under another address: scheme, port or path of public_base_url differ."""
    place = visit.place
    host = f"[{place.host}]" if ":" in place.host else place.host
    given = urlsplit(visit.base).netloc
    hosts = dict.fromkeys((given, host, f"{host}:{place.port}"))
    if visit.on_this_machine:
        hosts |= dict.fromkeys((f"localhost:{place.port}", f"127.0.0.1:{place.port}"))
    paths = dict.fromkeys((place.path, ""))
    for scheme in ("https", "http"):
        for each in hosts:
            for path in paths:
                made = f"{scheme}://{each}{path}{SERVICE}"
                if made != visit.address(SERVICE):
                    yield made


def _accepted(visit: Visit, audience: str, issuer: str | None) -> bool:
    signer = visit.signer
    if signer is None:
        return False
    token = signer.token(audience, visit.clock(), iss=issuer or signer.issuer)
    try:
        reply = visit.post(SERVICE, visit.call(), token)
    except NothingCame:
        return False
    return reply.status == 200


def bad_tokens(visit: Visit) -> None:
    """Each must be refused; told only where a good token was let in."""
    signer = visit.signer
    if signer is None or not visit.asks_for_tokens:
        for check in ("tampered", "expired", "wrong-audience", "replayed"):
            visit.not_tried(check, *((NO_KEY, GIVE_KEY) if visit.asks_for_tokens else (OPEN, "")))
        return
    here = visit.address(SERVICE)
    _refused(
        visit,
        "tampered",
        tampered(signer.token(here, visit.clock())),
        "A token whose signature was changed",
        "Something in front signs or strips tokens, or this is not the service: stop, and look at once.",
    )
    _refused(
        visit,
        "expired",
        signer.token(here, visit.clock(), age=LIFE + timedelta(seconds=LEEWAY + 240)),
        "A token that expired five minutes ago",
        "Look at the server's clock.",
    )
    _refused(
        visit,
        "wrong-audience",
        signer.token("https://other.example/cds-services/other", visit.clock()),
        "A token for another service",
        "Look at `audiences` of this client: it takes more than its own addresses.",
    )
    _replayed(visit, signer)


def _replayed(visit: Visit, signer: Signer) -> None:
    token = signer.token(visit.address(SERVICE), visit.clock())
    try:
        first = visit.post(SERVICE, visit.call(), token)
    except NothingCame as error:
        visit.wrong("replayed", *told(error))
        return
    if first.status != 200:
        visit.wrong("replayed", *unexpected(first, "A further call with a token of its own"))
        return
    _refused(
        visit,
        "replayed",
        token,
        "A token that was used before",
        "Set replay_check, give the journal a database, and share one PostgreSQL among all machines.",
    )


def _refused(visit: Visit, check: str, token: str, what: str, do: str) -> None:
    try:
        reply = visit.post(SERVICE, visit.call(), token)
    except NothingCame as error:
        visit.wrong(check, *told(error))
        return
    if reply.status == 401:
        visit.ok(check, f"{what} is refused.")
    elif reply.status == 200:
        visit.wrong(check, f"{what} is let in.", do)
    else:
        visit.wrong(check, *unexpected(reply, what))
