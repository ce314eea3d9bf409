"""The public keys of an EHR (JWK Set, RFC 7517): which can be used, and for which algorithm each.

The algorithm is a matter of the key: what the key says (`alg`), else what its kind and curve allow, and of
both only what is configured for the client. A token only chooses among these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from cds_service import strict_json
from cds_service.trust.refusal import Refused, Why

MOST_BYTES = 256 * 1024
MOST_KEYS = 100
DEEPEST = 16
FEWEST_BITS, MOST_BITS = 2048, 8192
"""Of RSA. Below they can be broken, above one signature takes as long as an attack needs."""
_CURVES = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_RSA = ("RS256", "RS384", "RS512")
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

log = structlog.get_logger()


class NotAKeySet(Exception):
    """It cannot be read as a set of keys at all."""


class _Unusable(Exception):
    """Why a key does not count, in words for the log."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key, ready for each algorithm that it may be used with."""

    name: str | None
    """`kid`."""
    ready: Mapping[str, jwt.PyJWK]


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys that can be used; the others were said in the log."""

    keys: tuple[Key, ...]

    def knows(self, name: str) -> bool:
        return any(key.name == name for key in self.keys)

    def find(self, name: str, algorithm: str) -> jwt.PyJWK:
        """The one key of that name, else the one without any name, that fits. Raises `Refused`."""
        named = [key for key in self.keys if key.name == name]
        candidates = named or [key for key in self.keys if key.name is None]
        fitting = [key.ready[algorithm] for key in candidates if algorithm in key.ready]
        if len(fitting) == 1:
            return fitting[0]
        if not named:
            raise Refused(Why.UNKNOWN_KEY)  # among several without a name nobody guesses
        raise Refused(Why.KEY_NOT_FOR_ALGORITHM)


def read(raw: bytes, algorithms: Sequence[str], client: str) -> KeySet:
    """Raises `NotAKeySet`. A key that does not count is named in the log by its place, once a reading."""
    given = _given(raw)
    found, refused = [], []
    for place, each in enumerate(given):
        try:
            found.append(_key(each, algorithms))
        except _Unusable as error:
            refused.append(f"keys[{place}]: {error}")
    if refused:
        log.warning("keys left out", client=client, problem="; ".join(refused))
    if not found:
        log.error("no usable key", client=client, count=len(given))
    return KeySet(tuple(found))


def _given(raw: bytes) -> list[Any]:
    raw = strict_json.without_mark(raw)
    try:
        if len(raw) > MOST_BYTES or strict_json.deeper_than(raw, DEEPEST):
            raise NotAKeySet
        given = msgspec.json.decode(raw, type=dict[str, Any]).get("keys")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotAKeySet from None
    if not isinstance(given, list) or len(given) > MOST_KEYS:
        raise NotAKeySet
    return given


def _key(given: Any, algorithms: Sequence[str]) -> Key:
    if not isinstance(given, dict):
        raise _Unusable("no object")
    if given.get("kty") == "oct":
        raise _Unusable("symmetric")
    if _PRIVATE & given.keys():
        raise _Unusable("private: whoever reads the set can sign; the EHR must replace this key")
    if given.get("use", "sig") != "sig":
        raise _Unusable("not for signatures (use)")
    operations = given.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise _Unusable("not for verifying (key_ops)")
    name = given.get("kid")
    if not isinstance(name, str | None):
        raise _Unusable("kid is no text")
    ready = dict(_ready(given, list(_allowed(given, algorithms))))
    if not ready:
        raise _Unusable("its algorithm is not among the client's `algorithms`")
    return Key(name, ready)


def _allowed(given: Mapping[str, Any], algorithms: Sequence[str]) -> Iterator[str]:
    if given.get("kty") == "RSA":
        fitting: Sequence[str] = _RSA
    elif given.get("kty") == "EC" and isinstance(given.get("crv"), str) and given["crv"] in _CURVES:
        fitting = (_CURVES[given["crv"]],)
    else:
        raise _Unusable("neither RSA nor EC with P-256, P-384 or P-521")
    for each in fitting:
        if each in algorithms and given.get("alg", each) == each:
            yield each


def _ready(given: dict[str, Any], algorithms: Sequence[str]) -> Iterator[tuple[str, jwt.PyJWK]]:
    for each in algorithms:
        try:
            key = jwt.PyJWK(given, algorithm=each)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):
            raise _Unusable("not a sound key") from None  # what they say quotes the key
        if isinstance(key.key, RSAPublicKey) and not FEWEST_BITS <= key.key.key_size <= MOST_BITS:
            raise _Unusable(f"{key.key.key_size} bits; from {FEWEST_BITS} to {MOST_BITS} are taken")
        yield each, key
