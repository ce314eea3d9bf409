"""CDS Hooks, row by row (docs/conformance.md): Trusting CDS Clients."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cds_service.app import Service
from tests.wire.calls import SERVICE, call, refusal
from tests.wire.ehr import (
    BASE,
    DISCOVERY,
    FEEDBACK,
    ISSUER,
    NOW,
    Started,
    bearing,
    ec_key,
    jwk,
    jwks,
    rsa_key,
    token,
)
from tests.wire.fhir_server import FhirServer

SECONDS = int(NOW.timestamp())
PATHS = (DISCOVERY, SERVICE, FEEDBACK)


def ask(service: Service, text: str | None, path: str = SERVICE) -> TestResponse:
    headers = {} if text is None else bearing(text)
    body: Any = {"feedback": []} if path == FEEDBACK else call()
    client = service.test_client()
    return (
        client.get(path, headers=headers)
        if path == DISCOVERY
        else client.post(path, json=body, headers=headers)
    )


def status(service: Service, text: str | None, path: str = SERVICE) -> int:
    return ask(service, text, path).status_code


def test_jwt_required(start: Started) -> None:
    service = start()
    assert [status(service, None, path) for path in PATHS] == [401] * 3
    assert [status(service, token(path), path) for path in PATHS] == [200] * 3


def test_jwt_claims(start: Started) -> None:
    service = start()
    for name in ("iss", "aud", "exp", "iat", "jti"):
        left_out: dict[str, Any] = {name: ...}
        assert status(service, token(**left_out)) == 401, name
    for name in ("alg", "kid", "typ"):
        assert status(service, token(head={name: ...}, signed_as="RS384")) == 401, name
    assert status(service, token(tenant="optional")) == 200


def test_jwt_aud(start: Started) -> None:
    """The address called, as one text or in a list; another of ours is another."""
    service = start({"audiences": ["urn:extra"]})
    for path in PATHS:
        for aud in (f"{BASE}{path}", [f"{BASE}{path}", "x"], f"{BASE}{path}/", "urn:extra"):
            assert status(service, token(aud=aud), path) == 200
        for other in {*PATHS, "", "/cds-services/other"} - {path}:
            assert status(service, token(aud=f"{BASE}{other}"), path) == 401


def test_jwt_alg(start: Started) -> None:
    service = start()
    assert status(service, token()) == 200
    assert status(service, token(head={"alg": "ES384", "kid": "ec"}, key=ec_key())) == 200
    assert status(service, token(head={"alg": "none"})) == 401
    assert status(service, token(head={"alg": "HS256"}, key=b"secret" * 8)) == 401
    (start.folder / "keys.json").write_bytes(jwks(jwk(b"secret" * 8, "canary-kid-rsa")))
    assert status(service, token(head={"alg": "HS256"}, key=b"secret" * 8)) == 401


def test_jwt_jku(start: Started) -> None:
    """A key set is read where it was registered, and nowhere else."""
    with FhirServer() as site, FhirServer() as forger:
        for each in (site, forger):
            mine = rsa_key() if each is site else rsa_key("forger")
            each.faults["jwks.json"] = lambda request, mine=mine: request.send(  # type: ignore[misc]
                jwks(jwk(mine, "canary-kid-rsa"))
            )
        registered = f"{site.base}/jwks.json"
        service = start({"jwks_file": ..., "jwks_url": registered})
        assert status(service, token(head={"jku": registered})) == 200
        assert status(service, token()) == 200
        elsewhere = {"jku": f"{forger.base}/jwks.json"}
        assert status(service, token(head=elsewhere, key=rsa_key("forger"))) == 401
        assert forger.asked == []


def test_jwt_jti(start: Started) -> None:
    service = start()
    text = token()
    assert [status(service, text), status(service, text)] == [200, 401]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iat": SECONDS + 59, "exp": SECONDS + 300}, 200),
        ({"iat": SECONDS + 61, "exp": SECONDS + 300}, 401),
        ({"iat": SECONDS - 300, "exp": SECONDS - 59}, 200),
        ({"iat": SECONDS - 300, "exp": SECONDS - 61}, 401),
        ({"nbf": SECONDS - 300, "exp": SECONDS + 900}, 200),  # as Epic does
        ({"exp": SECONDS + 2 * 365 * 86400}, 401),
    ],
)
def test_jwt_skew(start: Started, claims: dict[str, Any], expected: int) -> None:
    assert status(start(), token(**claims)) == expected


def test_jwt_rotation(start: Started) -> None:
    """A new key is found at once; for keys that nobody has the server is not asked again and again."""
    with FhirServer() as site:
        sets = [jwks(jwk(rsa_key("old"), "old")), jwks(jwk(rsa_key(), "canary-kid-rsa"))]
        site.faults["jwks.json"] = lambda request: request.send(sets[min(len(site.asked), 2) - 1])
        service = start({"jwks_file": ..., "jwks_url": f"{site.base}/jwks.json"})
        assert status(service, token(head={"kid": "old"}, key=rsa_key("old"))) == 200
        assert status(service, token()) == 200
        for number in range(20):
            assert status(service, token(head={"kid": f"none-{number}"})) == 401
        assert len(site.asked) == 2


def test_jwt_leak(start: Started, capsys: pytest.CaptureFixture[str]) -> None:
    service = start()
    texts = [
        token(exp=1),
        token(iss="https://canary.example"),
        token(key=rsa_key("forger")),
        "canary.canary.x",
    ]
    answers = [ask(service, text) for text in texts]
    assert {(each.status_code, each.data, each.headers["WWW-Authenticate"]) for each in answers} == {
        (401, answers[0].data, "Bearer")
    }
    assert refusal(answers[0])["code"] == "not-trusted"
    told = capsys.readouterr().err
    for piece in (piece for text in texts for piece in text.split(".") if len(piece) > 1):
        assert piece not in told
    assert "canary" not in told
    assert ISSUER not in told
    reasons = [json.loads(line).get("reason") for line in told.splitlines() if "not trusted" in line]
    assert reasons == ["expired", "unknown-issuer", "signature", "malformed"]
