"""What a token says: from whom, for what address, from when to when. Called only on a verified token.

Not left to PyJWT, which asks the clock itself and takes "1700000000" and true for a moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cds_service.settings import Client
from cds_service.trust.refusal import Refused, Why
from cds_service.trust.sandbox import is_sandbox
from cds_service.trust.token import LONGEST_NAME

LEEWAY = 60
"""Seconds by which the EHR's clock and ours may differ."""
_LAST_MOMENT = 253_402_300_800
"""The year 10000, in seconds since 1970."""


def check(claims: Mapping[str, Any], client: Client, audiences: Collection[str], now: float) -> None:
    """Raises `Refused`. `now`: seconds since 1970; the issuer is known, as it chose the client."""
    if any(name not in claims for name in ("aud", "exp", "iat", "jti")):
        raise Refused(Why.CLAIM_MISSING)
    if not _is_name(claims["jti"]):
        raise Refused(Why.CLAIM_MALFORMED)
    _check_audience(claims["aud"], {*audiences, *client.audiences})
    _check_times(claims, client.longest_token_life, now)


def _check_audience(given: Any, accepted: Collection[str]) -> None:
    """One text, or a list of texts of which one must be ours; letter by letter."""
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise Refused(Why.CLAIM_MALFORMED)
    if not any(each in accepted for each in listed):
        raise Refused(Why.WRONG_AUDIENCE)


def _check_times(claims: Mapping[str, Any], longest_life: int, now: float) -> None:
    expires, issued = _moment(claims["exp"]), _moment(claims["iat"])
    if now >= expires + LEEWAY:
        raise Refused(Why.EXPIRED)
    if issued > now + LEEWAY:
        raise Refused(Why.ISSUED_IN_THE_FUTURE)
    if "nbf" in claims and _moment(claims["nbf"]) > now + LEEWAY:
        raise Refused(Why.NOT_YET_VALID)
    if expires <= issued:
        raise Refused(Why.CLAIM_MALFORMED)
    if expires - issued > longest_life:
        raise Refused(Why.LIVES_TOO_LONG)


def _moment(given: Any) -> float:
    """Seconds since 1970 (RFC 7519, NumericDate); a text or true is none."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Refused(Why.CLAIM_MALFORMED)
    # The comparison refuses NaN and infinity too, and takes whole numbers that no float can hold.
    if not 0 <= given < _LAST_MOMENT:
        raise Refused(Why.CLAIM_MALFORMED)
    return float(given)


def _is_name(given: Any) -> bool:
    return isinstance(given, str) and 0 < len(given) <= LONGEST_NAME


def client_of(claims: Mapping[str, Any], clients: Collection[Client]) -> Client:
    """The registered client that the token says it is from. Raises `Refused`."""
    issuer = claims.get("iss")
    if issuer is None:
        raise Refused(Why.CLAIM_MISSING)
    if not isinstance(issuer, str):
        raise Refused(Why.CLAIM_MALFORMED)
    if is_sandbox(issuer):
        raise Refused(Why.SANDBOX)
    candidates = [client for client in clients if client.issuer == issuer]
    if not candidates:
        raise Refused(Why.UNKNOWN_ISSUER)
    by_subject = [each for each in candidates if not each.subject or claims.get("sub") == each.subject]
    if not by_subject:
        raise Refused(Why.WRONG_SUBJECT)
    found = [each for each in by_subject if not each.tenant or claims.get("tenant") == each.tenant]
    if not found:
        raise Refused(Why.WRONG_TENANT)
    return found[0]  # the settings refuse two clients that one token could be from
