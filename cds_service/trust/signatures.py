"""Verifies signatures with PyJWT, also those that nobody could have made: a refusal takes the same work."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cds_service.trust.refusal import Refused, Why
from cds_service.trust.token import Token

_JWS = jwt.PyJWS()


def verify(token: Token, key: jwt.PyJWK) -> None:
    """By the key's algorithm, which must be the token's. Raises `Refused`."""
    try:
        _JWS.decode_complete(token.text, key=key, algorithms=[key.algorithm_name])
    except jwt.PyJWTError:
        raise Refused(Why.SIGNATURE) from None


def pretend(token: Token) -> None:
    """As much work as to verify it, so that time does not tell which issuers and keys are registered."""
    try:
        verify(token, _decoy(token.algorithm))
    except Refused:
        return


@cache
def _decoy(algorithm: str) -> jwt.PyJWK:
    """A key that fits. Nobody looks at what comes of it, so it need not be a good one."""
    curves: dict[str, Callable[[], ec.EllipticCurve]] = {
        "ES256": ec.SECP256R1,
        "ES384": ec.SECP384R1,
        "ES512": ec.SECP521R1,
    }
    if algorithm in curves:
        point = ec.derive_private_key(7, curves[algorithm]()).public_key()
        given = jwt.algorithms.ECAlgorithm.to_jwk(point, as_dict=True)
    else:
        numbers = rsa.RSAPublicNumbers(65537, 2**2047 + 2**1023 + 1)
        given = jwt.algorithms.RSAAlgorithm.to_jwk(numbers.public_key(), as_dict=True)
    return jwt.PyJWK(given, algorithm=algorithm)
