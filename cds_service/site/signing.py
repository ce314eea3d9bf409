"""Signs tokens as the EHR would, with its private key: for checking a deployment, never for the service.

Neither key nor token is ever shown; the tokens are kept so that nothing that is said can hold one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LIFE = timedelta(minutes=5)
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_RSA = ("RS256", "RS384", "RS512")
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


class KeyRefused(Exception):
    """The key cannot be used; the message says why, and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One EHR."""

    key: PrivateKey = field(repr=False)
    kid: str
    algorithm: str
    issuer: str
    subject: str | None = None
    tenant: str | None = None
    jku: str | None = None
    signed: list[str] = field(default_factory=list, repr=False)
    """Every token of this run."""

    def token(self, audience: str, now: datetime, *, age: timedelta = timedelta(0), **changes: str) -> str:
        """A token for the address called, `age` old; with other claims where a check wants them."""
        issued = int((now - age).timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": audience,
            "iat": issued,
            "exp": issued + int(LIFE.total_seconds()),
            "jti": str(uuid4()),
            **({"sub": self.subject} if self.subject else {}),
            **({"tenant": self.tenant} if self.tenant else {}),
            **changes,
        }
        headers = {"kid": self.kid, "typ": "JWT", **({"jku": self.jku} if self.jku else {})}
        made = jwt.encode(claims, self.key, algorithm=self.algorithm, headers=headers)
        self.signed.append(made)
        return made


def tampered(token: str) -> str:
    """Signed no longer: one character in the middle of the signature is another."""
    head, claims, signature = token.split(".")
    middle = len(signature) // 2
    other = "A" if signature[middle] != "A" else "B"
    return ".".join((head, claims, signature[:middle] + other + signature[middle + 1 :]))


def read_key(file: Path, kid: str | None, algorithm: str | None) -> tuple[PrivateKey, str, str]:
    """The key, its name and its algorithm, from PEM, a JWK or a JWK set with one private key.

    Raises `KeyRefused`.
    """
    try:
        raw = file.read_bytes()
    except OSError:
        raise KeyRefused("the file cannot be read") from None
    key, said = _from_jwk(raw, kid) if raw.lstrip().startswith(b"{") else (_from_pem(raw), {})
    name = kid or said.get("kid")
    if not isinstance(name, str) or not name:
        raise KeyRefused("it has no name; say which one the public key has in the EHR's JWK set: --kid")
    fitting = _algorithms(key)
    chosen = algorithm or str(said.get("alg", "RS384" if isinstance(key, RSAPrivateKey) else fitting[0]))
    if chosen not in fitting:
        raise KeyRefused(f"it cannot sign with {algorithm or 'its alg'}; it can with {', '.join(fitting)}")
    return key, name, chosen


def _from_pem(raw: bytes) -> PrivateKey:
    try:
        return _usable(load_pem_private_key(raw, password=None))
    except TypeError:
        raise KeyRefused(
            "it has a password; write it without one into a file that only you can read"
        ) from None
    except ValueError:
        raise KeyRefused("it is neither a private key in PEM nor a JWK") from None


def _from_jwk(raw: bytes, kid: str | None) -> tuple[PrivateKey, Mapping[str, Any]]:
    try:
        given = json.loads(raw)
    except ValueError:
        raise KeyRefused("it is neither a private key in PEM nor a JWK") from None
    listed = given.get("keys", [given])
    own = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and "d" in each and kid in {None, each.get("kid", kid)}
    ]
    if len(own) != 1:
        raise KeyRefused(f"it holds {len(own)} private keys that could be meant; one is needed (--kid)")
    try:
        return _usable(jwt.PyJWK({**own[0], "alg": own[0].get("alg") or _guess(own[0])}).key), own[0]
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        raise KeyRefused("it is no sound JWK") from None  # what they say quotes the key


def _guess(given: Mapping[str, Any]) -> str:
    curves = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
    return "RS384" if given.get("kty") == "RSA" else curves.get(str(given.get("crv")), "ES384")


def _usable(key: object) -> PrivateKey:
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyRefused("it is neither a private RSA nor a private EC key")
    return key


def _algorithms(key: PrivateKey) -> tuple[str, ...]:
    if isinstance(key, RSAPrivateKey):
        return _RSA
    if key.curve.name not in _CURVES:
        raise KeyRefused("its curve is none of P-256, P-384, P-521")
    return (_CURVES[key.curve.name],)
