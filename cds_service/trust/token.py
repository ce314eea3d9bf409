"""Takes a token apart, strictly, before anything in it is believed or costs anything.

PyJWT verifies signatures (`signatures.py`). Here stands what it leaves to its callers: how long a token may
be, that nothing in it has two readings, and which headers count at all. `x5u`, `x5c` and `jwk` do not: a
token must not bring its own key.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cds_service import strict_json
from cds_service.errors import DuplicateMember
from cds_service.trust.refusal import Refused, Why

LONGEST = 8192
"""Characters. Tokens of EHRs have under two thousand."""
LONGEST_NAME = 512
"""Characters of a key's or token's name (`kid`, `jti`)."""
DEEPEST = 8
SIGNING = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
"""All that can be configured. `none` and HMAC, whose key would be shared, are no algorithms here."""
_BEARER = re.compile(r"bearer +([^ ,]+) *", re.IGNORECASE)
_PART = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Token:
    """As it came: nothing is verified."""

    text: str = field(repr=False)
    algorithm: str
    key: str
    """`kid`."""
    key_address: str | None
    """`jku`."""
    claims: Mapping[str, Any] = field(repr=False)


def of_header(authorization: str | None) -> str:
    """The token in the header `Authorization`. Raises `Refused`.

    Two such headers arrive as one with a comma, which is refused.
    """
    if not authorization:
        raise Refused(Why.NO_TOKEN)
    if len(authorization) > LONGEST + len("Bearer "):
        raise Refused(Why.TOO_LONG)
    found = _BEARER.fullmatch(authorization)
    if found is None:
        raise Refused(Why.NOT_BEARER)
    return found[1]


def read(text: str) -> Token:
    """Raises `Refused`."""
    parts = text.split(".", 3)
    if len(parts) != 3:
        raise Refused(Why.MALFORMED)
    header, payload, _ = map(_decoded, parts)
    head, claims = _object(header), _object(payload)
    _check_header(head)
    return Token(text, head["alg"], head["kid"], head.get("jku"), claims)


def _check_header(head: Mapping[str, Any]) -> None:
    kind, algorithm, key = head.get("typ"), head.get("alg"), head.get("kid")
    # CDS Hooks 2.0, Trusting CDS Clients: typ, alg and kid SHALL be there. Another type, such as at+jwt, is
    # another kind of token, which somebody else may have been given for something else.
    if not isinstance(kind, str) or kind.upper() != "JWT":
        raise Refused(Why.TYPE)
    if not isinstance(algorithm, str) or algorithm not in SIGNING:
        raise Refused(Why.ALGORITHM)
    if "crit" in head or "b64" in head:  # RFC 7515, section 4.1.11: what must be understood, and is not
        raise Refused(Why.CRITICAL_HEADER)
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_NAME:
        raise Refused(Why.NO_KEY_NAMED)
    if not isinstance(head.get("jku"), str | None):
        raise Refused(Why.WRONG_KEY_ADDRESS)


def _decoded(part: str) -> bytes:
    """base64url without padding, in the one way in which it can be written (RFC 7515, section 2)."""
    if not _PART.fullmatch(part):
        raise Refused(Why.MALFORMED)
    try:
        found = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise Refused(Why.MALFORMED) from None
    if urlsafe_b64encode(found).rstrip(b"=") != part.encode("ascii"):
        raise Refused(Why.MALFORMED)
    return found


def _object(raw: bytes) -> dict[str, Any]:
    try:
        raw.decode("utf-8")
        if strict_json.deeper_than(raw, DEEPEST):
            raise Refused(Why.MALFORMED)
        strict_json.members(raw, "The token")
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (UnicodeDecodeError, msgspec.MsgspecError, DuplicateMember):
        raise Refused(Why.MALFORMED) from None
