"""The key with which a check signs as the EHR: where it is read from, and that it is never quoted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)

from cds_service.site.signing import KeyRefused, Signer, read_key, tampered
from tests.wire.ehr import ISSUER, ec_key, rsa_key


def as_jwk(key: Any, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.ECAlgorithm if key is ec_key() else jwt.algorithms.RSAAlgorithm
    return kind.to_jwk(key, as_dict=True) | more


@pytest.mark.parametrize(
    ("content", "kid", "algorithm"),
    [
        (as_jwk(rsa_key(), kid="a"), "a", "RS384"),
        (as_jwk(rsa_key(), kid="a", alg="RS256"), "a", "RS256"),
        (as_jwk(ec_key(), kid="b"), "b", "ES384"),
        ({"keys": [as_jwk(ec_key(), kid="b"), as_jwk(rsa_key(), kid="c")]}, "c", "RS384"),
    ],
)
def test_keys_are_read_from_a_jwk_or_a_set(content: Any, kid: str, algorithm: str, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(content))
    key, name, chosen = read_key(file, kid if "keys" in content else None, None)
    assert (name, chosen) == (kid, algorithm)
    token = Signer(key, name, chosen, ISSUER).token("https://a.example", datetime.now(UTC))
    public = key.public_key()
    assert jwt.decode(token, public, [algorithm], audience="https://a.example")["iss"] == ISSUER
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(tampered(token), public, [algorithm], audience="https://a.example")


LOCKED = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
PUBLIC = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LOCKED, "password"),
        (PUBLIC, "neither a private key"),
        (b"{not json", "neither a private key"),
        (json.dumps({"keys": []}).encode(), "0 private keys"),
        (json.dumps({"kty": "RSA", "kid": "a", "d": "canary-d"}).encode(), "no sound JWK"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_without_being_quoted(
    content: bytes, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(KeyRefused, match=words) as refused:
        read_key(file, None, None)
    assert "canary" not in str(refused.value)
