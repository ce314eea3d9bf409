"""An EHR of our own: keys made for the run, the tokens that it signs, and those that a forger would."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt import algorithms
from werkzeug.test import TestResponse

from cds_service.app import Service, create_app
from cds_service.journal import opening
from cds_service.settings import Client, Settings
from tests.wire.calls import SERVICE

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BASE = "https://cds.example/hooks"
"""The public address; with a path in front, as behind a proxy."""
DISCOVERY = "/cds-services"
FEEDBACK = f"{SERVICE}/feedback"
ISSUER = "https://ehr.example/Canary-FHIR/"
JWKS_URL = "https://ehr.example/jwks.json"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | bytes

CURVES: Mapping[str, type[ec.EllipticCurve]] = {
    "ES256": ec.SECP256R1,
    "ES384": ec.SECP384R1,
    "ES512": ec.SECP521R1,
}


@cache
def rsa_key(name: str = "first", bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same for the same name; made for this run."""
    del name
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(algorithm: str = "ES384", name: str = "first") -> ec.EllipticCurvePrivateKey:
    del name
    return ec.generate_private_key(CURVES[algorithm]())


def jwk(key: Key, kid: str | None, **more: Any) -> dict[str, Any]:
    """The public key; ... as a value leaves a member out."""
    made: dict[str, Any] = {"use": "sig"} | ({"kid": kid} if kid else {})
    if isinstance(key, rsa.RSAPrivateKey):
        made |= algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        made |= algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        made |= algorithms.HMACAlgorithm.to_jwk(key, as_dict=True)
    made.pop("key_ops", None)
    return {name: value for name, value in (made | more).items() if value is not ...}


def jwks(*keys: dict[str, Any]) -> bytes:
    return json.dumps({"keys": keys}).encode()


def part(value: Any) -> str:
    """base64url of JSON, or of bytes as they are."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(header: Any, payload: Any, key: Key, algorithm: str) -> str:
    """Signs whatever stands there, also what no library would."""
    signed = f"{part(header)}.{part(payload)}"
    if algorithm == "none":
        return f"{signed}."
    made: Any = algorithms.get_default_algorithms()[algorithm]
    return f"{signed}.{part(made.sign(signed.encode(), key))}"


def header(**changes: Any) -> dict[str, Any]:
    made = {"alg": "RS384", "kid": "canary-kid-rsa", "typ": "JWT"} | changes
    return {name: value for name, value in made.items() if value is not ...}


def payload(path: str = SERVICE, **changes: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    made = {"iss": ISSUER, "aud": f"{BASE}{path}", "iat": now, "exp": now + 300, "jti": f"canary-{uuid4()}"}
    made |= changes
    return {name: value for name, value in made.items() if value is not ...}


def token(
    path: str = SERVICE,
    *,
    head: Mapping[str, Any] | None = None,
    key: Key | None = None,
    signed_as: str | None = None,
    **claims: Any,
) -> str:
    """A good token of the main client, but for what is changed."""
    made = header(**head or {})
    algorithm = signed_as or made.get("alg", "RS384")
    return sign(made, payload(path, **claims), key or rsa_key(), algorithm)


def bearing(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def code(response: TestResponse) -> str:
    found: str = response.get_json()["issue"][0]["details"]["coding"][0]["code"]
    return found


@dataclass
class Started:
    """Starts services in production; keeps where their keys and journals are."""

    folder: Path
    services: list[Service] = field(default_factory=list)

    def __call__(self, *clients: dict[str, Any], **more: Any) -> Service:
        """With these changes to each client; ... as a value leaves a setting out."""
        file = self.folder / "keys.json"
        file.write_bytes(jwks(jwk(rsa_key(), "canary-kid-rsa"), jwk(ec_key(), "ec")))
        given = [{"name": "main", "issuer": ISSUER, "jwks_file": file} | each for each in clients or ({},)]
        options: dict[str, Any] = {
            "profile": "production",
            "public_base_url": BASE,
            "database_url": f"sqlite:///{self.folder / 'journal.db'}",
        }
        made = [Client(**{name: v for name, v in each.items() if v is not ...}) for each in given]
        settings = Settings(**(options | more), clients=tuple(made))
        if settings.database_url != "none":
            opening.upgrade(settings)
        self.services.append(create_app(settings, lambda: NOW))
        return self.services[-1]
