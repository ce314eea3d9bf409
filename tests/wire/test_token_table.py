"""Forged and faulty tokens, each refused by its reason, in the same words, and nothing of it written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.app import Service, create_app
from cds_service.journal import opening
from cds_service.settings import Client, Settings
from cds_service.trust.refusal import Why
from tests.wire.calls import SERVICE, call, refusal
from tests.wire.ehr import (
    BASE,
    DISCOVERY,
    FEEDBACK,
    ISSUER,
    JWKS_URL,
    NOW,
    bearing,
    ec_key,
    header,
    jwk,
    jwks,
    part,
    payload,
    rsa_key,
    sign,
    token,
)

SECRET = b"a shared secret of the right length for HMAC with SHA-384 or so."
SECONDS = int(NOW.timestamp())
SANDBOX = "https://sandbox.cds-hooks.org"
STRICT = "https://strict.example/fhir"
WEAK = 1024


def keys() -> list[dict[str, Any]]:
    """The keys of the main client: good ones, and each kind that must not count."""
    private = jwk(rsa_key("leaked"), "private") | {"d": "AQAB"}
    return [
        jwk(rsa_key(), "canary-kid-rsa", alg="RS384"),
        jwk(ec_key(), "ec"),
        jwk(rsa_key("free"), "rsa-of-no-alg"),
        jwk(rsa_key("256"), "rsa256", alg="RS256"),
        jwk(ec_key("ES256"), "ec256", alg="ES256"),
        jwk(ec_key("ES384", "crossed"), "crossed", alg="RS384"),
        jwk(rsa_key("weak", WEAK), "weak", alg="RS384"),
        jwk(rsa_key("encrypts"), "encrypts", use="enc"),
        jwk(rsa_key("wraps"), "wraps", key_ops=["wrapKey"]),
        jwk(SECRET, "secret", alg="HS384"),
        private,
        jwk(rsa_key("twin-1"), "twin"),
        jwk(rsa_key("twin-2"), "twin"),
    ]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("keys")
    (folder / "main.json").write_bytes(jwks(*keys()))
    (folder / "strict.json").write_bytes(jwks(jwk(ec_key("ES384", "strict"), "ec")))
    main = Client(name="main", issuer=ISSUER, jwks_file=folder / "main.json", jku=JWKS_URL)
    strict = Client(
        name="strict",
        issuer=STRICT,
        jwks_file=folder / "strict.json",
        subject="client-7",
        tenant="ward",
        audiences=("urn:cds",),
        replay_check="off",
    )
    made = create_app(production(folder, main, strict), lambda: NOW)
    assert made.gate
    yield made
    made.gate.replay.close()
    made.journal.close()


def production(folder: Path, *clients: Client) -> Settings:
    settings = Settings(
        profile="production",
        public_base_url=BASE,
        clients=clients,
        database_url=f"sqlite:///{folder / 'journal.db'}",
    )
    opening.upgrade(settings)
    return settings


_PLACES = count()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    """From an address of its own: so many refusals from one are answered with 429 instead."""
    made = service.test_client()
    made.environ_base["REMOTE_ADDR"] = str(IPv4Address("10.0.0.1") + next(_PLACES))
    return made


def strict(**changes: Any) -> str:
    """A good token of the client that asks for a subject and a tenant."""
    given = {"iss": STRICT, "sub": "client-7", "tenant": "ward", "aud": "urn:cds"} | changes
    return token(head={"alg": "ES384", "kid": "ec"}, key=ec_key("ES384", "strict"), **given)


def with_bytes(head: Any = None, claims: Any = None) -> str:
    return sign(head or header(), claims or payload(), rsa_key(), "RS384")


def changed(place: int, how: Callable[[str], str]) -> str:
    parts = token().split(".")
    parts[place] = how(parts[place])
    return ".".join(parts)


def headed(**changes: Any) -> str:
    return token(head=changes, signed_as="RS384")


def twice(name: str, members: dict[str, Any], value: Any) -> bytes:
    return json.dumps(members)[:-1].encode() + f", {json.dumps(name)}: {json.dumps(value)}}}".encode()


def own_key() -> str:
    """Signed with a key that the token brings along."""
    mine = rsa_key("forger")
    return token(head={"jwk": jwk(mine, "canary-kid-rsa")}, key=mine)


def public_key_as_secret() -> str:
    """The old trick: HMAC with the bytes of the public key."""
    secret = json.dumps(jwk(rsa_key(), "canary-kid-rsa")).encode()
    return token(head={"alg": "HS384"}, key=secret)


W = Why
TABLE: dict[str, tuple[Why, Callable[[], str]]] = {
    # What is no token at all.
    "two parts": (W.MALFORMED, lambda: token().rpartition(".")[0]),
    "four parts": (W.MALFORMED, lambda: token() + ".e30"),
    "five parts, as an encrypted one": (W.MALFORMED, lambda: token() + ".e30.e30"),
    "one part": (W.MALFORMED, lambda: "token"),
    "only dots": (W.MALFORMED, lambda: ".."),
    "no signature": (W.MALFORMED, lambda: token().rpartition(".")[0] + "."),
    "no payload": (W.MALFORMED, lambda: changed(1, lambda _: "")),
    "padded": (W.MALFORMED, lambda: changed(1, lambda text: text + "=")),
    "base64 and not base64url": (W.MALFORMED, lambda: changed(2, lambda text: "+/" + text[2:])),
    "another sign of the last letter": (W.MALFORMED, lambda: changed(0, lambda _: "e31")),
    "a length that no base64 has": (W.MALFORMED, lambda: changed(1, lambda _: "e30aa")),
    "header no JSON": (W.MALFORMED, lambda: with_bytes(head=b"{alg: RS384}")),
    "header a list": (W.MALFORMED, lambda: with_bytes(head=b'["RS384"]')),
    "header not UTF-8": (W.MALFORMED, lambda: with_bytes(head=b'{"alg": "RS384\xff"}')),
    "header names alg twice": (W.MALFORMED, lambda: with_bytes(head=twice("alg", header(), "none"))),
    "header escapes a second alg": (
        W.MALFORMED,
        lambda: with_bytes(head=json.dumps(header())[:-1].encode() + b', "\\u0061lg": "none"}'),
    ),
    "payload no JSON": (W.MALFORMED, lambda: with_bytes(claims=b"claims")),
    "payload a text": (W.MALFORMED, lambda: with_bytes(claims=b'"claims"')),
    "payload null": (W.MALFORMED, lambda: with_bytes(claims=b"null")),
    "payload names iss twice": (W.MALFORMED, lambda: with_bytes(claims=twice("iss", payload(), STRICT))),
    "payload names exp twice": (W.MALFORMED, lambda: with_bytes(claims=twice("exp", payload(), 1))),
    "payload with NaN": (
        W.MALFORMED,
        lambda: with_bytes(claims=json.dumps(payload(exp=float("nan"))).encode()),
    ),
    "payload with Infinity": (
        W.MALFORMED,
        lambda: with_bytes(claims=json.dumps(payload(exp=float("inf"))).encode()),
    ),
    "payload with half a letter": (
        W.MALFORMED,
        lambda: with_bytes(claims=json.dumps(payload(sub="x")).replace('"x"', '"\\ud800"').encode()),
    ),
    "payload nested deep": (W.MALFORMED, lambda: with_bytes(claims=b"[" * 1000 + b"]" * 1000)),
    "payload with a mark in front": (
        W.MALFORMED,
        lambda: with_bytes(claims=b"\xef\xbb\xbf" + json.dumps(payload()).encode()),
    ),
    "too long": (W.TOO_LONG, lambda: token(padding="x" * 9000)),
    # Its header.
    "no typ": (W.TYPE, lambda: headed(typ=...)),
    "an access token": (W.TYPE, lambda: headed(typ="at+jwt")),
    "typ a number": (W.TYPE, lambda: headed(typ=1)),
    "alg none": (W.ALGORITHM, lambda: headed(alg="none")),
    "alg None": (W.ALGORITHM, lambda: headed(alg="None")),
    "alg missing": (W.ALGORITHM, lambda: headed(alg=...)),
    "alg empty": (W.ALGORITHM, lambda: headed(alg="")),
    "alg null": (W.ALGORITHM, lambda: headed(alg=None)),
    "alg a list": (W.ALGORITHM, lambda: headed(alg=["RS384"])),
    "alg in small letters": (W.ALGORITHM, lambda: headed(alg="rs384")),
    "HMAC with the public key": (W.ALGORITHM, public_key_as_secret),
    "HMAC with a key of the set": (
        W.ALGORITHM,
        lambda: token(head={"alg": "HS384", "kid": "secret"}, key=SECRET),
    ),
    "PSS, which nobody configured": (W.ALGORITHM, lambda: token(head={"alg": "PS384"})),
    "crit": (W.CRITICAL_HEADER, lambda: headed(crit=["exp"], exp=SECONDS)),
    "crit with what PyJWT knows": (W.CRITICAL_HEADER, lambda: headed(crit=["b64"], b64=True)),
    "b64 false": (W.CRITICAL_HEADER, lambda: headed(b64=False)),
    "no kid": (W.NO_KEY_NAMED, lambda: headed(kid=...)),
    "kid empty": (W.NO_KEY_NAMED, lambda: headed(kid="")),
    "kid a number": (W.NO_KEY_NAMED, lambda: headed(kid=1)),
    "kid very long": (W.NO_KEY_NAMED, lambda: headed(kid="k" * 513)),
    "jku elsewhere": (W.WRONG_KEY_ADDRESS, lambda: headed(jku="https://forger.example/jwks.json")),
    "jku with a slash more": (W.WRONG_KEY_ADDRESS, lambda: headed(jku=JWKS_URL + "/")),
    "jku a list": (W.WRONG_KEY_ADDRESS, lambda: headed(jku=[JWKS_URL])),
    # From whom.
    "no issuer": (W.CLAIM_MISSING, lambda: token(iss=...)),
    "issuer null": (W.CLAIM_MISSING, lambda: token(iss=None)),
    "issuer a list": (W.CLAIM_MALFORMED, lambda: token(iss=[ISSUER])),
    "issuer unknown": (W.UNKNOWN_ISSUER, lambda: token(iss="https://forger.example")),
    "issuer without its slash": (W.UNKNOWN_ISSUER, lambda: token(iss=ISSUER.rstrip("/"))),
    "issuer in small letters": (W.UNKNOWN_ISSUER, lambda: token(iss=ISSUER.lower())),
    "issuer with a space": (W.UNKNOWN_ISSUER, lambda: token(iss=f" {ISSUER}")),
    "the public sandbox": (W.SANDBOX, lambda: token(iss=SANDBOX)),
    "the public sandbox, written otherwise": (
        W.SANDBOX,
        lambda: token(iss="HTTPS://Sandbox.CDS-Hooks.org./"),
    ),
    "no subject where one is asked for": (W.WRONG_SUBJECT, lambda: strict(sub=...)),
    "another subject": (W.WRONG_SUBJECT, lambda: strict(sub="client-8")),
    "subject in a list": (W.WRONG_SUBJECT, lambda: strict(sub=["client-7"])),
    "no tenant where one is asked for": (W.WRONG_TENANT, lambda: strict(tenant=...)),
    "another tenant": (W.WRONG_TENANT, lambda: strict(tenant="Ward")),
    # Its signature.
    "a key that nobody knows": (W.UNKNOWN_KEY, lambda: headed(kid="other")),
    "kid with a path": (W.UNKNOWN_KEY, lambda: headed(kid="../../../dev/null")),
    "kid with SQL": (W.UNKNOWN_KEY, lambda: headed(kid="x' UNION SELECT 'k")),
    "the key of another client": (
        W.SIGNATURE,
        lambda: token(head={"alg": "ES384", "kid": "ec"}, key=ec_key("ES384", "strict")),
    ),
    "another key": (W.SIGNATURE, lambda: token(key=rsa_key("forger"))),
    "a key that the token brings": (W.SIGNATURE, own_key),
    "keys at an address that the token names": (
        W.SIGNATURE,
        lambda: token(head={"x5u": "https://forger.example/x"}, key=rsa_key("forger")),
    ),
    "payload changed": (W.SIGNATURE, lambda: changed(1, lambda _: part(payload(sub="other")))),
    "header changed": (W.SIGNATURE, lambda: changed(0, lambda _: part(header(x=1)))),
    "signature empty but for a letter": (W.SIGNATURE, lambda: changed(2, lambda _: "AA")),
    "signature of zeros": (W.SIGNATURE, lambda: changed(2, lambda _: part(bytes(256)))),
    "EC signature of zeros": (
        W.SIGNATURE,
        lambda: ".".join([part(header(alg="ES384", kid="ec")), part(payload()), part(bytes(96))]),
    ),
    "EC signature in DER": (
        W.SIGNATURE,
        lambda: ".".join(
            [part(header(alg="ES384", kid="ec")), part(payload()), part(b"\x30\x06" + b"\x02\x01\x01" * 2)]
        ),
    ),
    "signature cut": (W.SIGNATURE, lambda: changed(2, lambda text: text[:-6])),
    "RS512 with a key for RS384": (W.KEY_NOT_FOR_ALGORITHM, lambda: token(head={"alg": "RS512"})),
    "RS256 where nobody configured it": (
        W.KEY_NOT_FOR_ALGORITHM,
        lambda: token(head={"alg": "RS256", "kid": "rsa-of-no-alg"}, key=rsa_key("free")),
    ),
    "ES384 with an RSA key": (
        W.KEY_NOT_FOR_ALGORITHM,
        lambda: token(head={"alg": "ES384"}, key=ec_key()),
    ),
    "two keys of one name": (
        W.KEY_NOT_FOR_ALGORITHM,
        lambda: token(head={"kid": "twin"}, key=rsa_key("twin-1")),
    ),
    "a key of RS256": (
        W.UNKNOWN_KEY,
        lambda: token(head={"alg": "RS256", "kid": "rsa256"}, key=rsa_key("256")),
    ),
    "a key of ES256": (
        W.UNKNOWN_KEY,
        lambda: token(head={"alg": "ES256", "kid": "ec256"}, key=ec_key("ES256")),
    ),
    "a key whose alg is not of its kind": (
        W.UNKNOWN_KEY,
        lambda: token(head={"alg": "ES384", "kid": "crossed"}, key=ec_key("ES384", "crossed")),
    ),
    "a weak key": (W.UNKNOWN_KEY, lambda: token(head={"kid": "weak"}, key=rsa_key("weak", WEAK))),
    "a key for encryption": (W.UNKNOWN_KEY, lambda: token(head={"kid": "encrypts"}, key=rsa_key("encrypts"))),
    "a key for wrapping": (W.UNKNOWN_KEY, lambda: token(head={"kid": "wraps"}, key=rsa_key("wraps"))),
    "a private key in the set": (
        W.UNKNOWN_KEY,
        lambda: token(head={"kid": "private"}, key=rsa_key("leaked")),
    ),
    # What it says.
    "no aud": (W.CLAIM_MISSING, lambda: token(aud=...)),
    "no exp": (W.CLAIM_MISSING, lambda: token(exp=...)),
    "no iat": (W.CLAIM_MISSING, lambda: token(iat=...)),
    "no jti": (W.CLAIM_MISSING, lambda: token(jti=...)),
    "jti empty": (W.CLAIM_MALFORMED, lambda: token(jti="")),
    "jti a number": (W.CLAIM_MALFORMED, lambda: token(jti=7)),
    "jti very long": (W.CLAIM_MALFORMED, lambda: token(jti="j" * 513)),
    "aud of discovery": (W.WRONG_AUDIENCE, lambda: token(DISCOVERY)),
    "aud of feedback": (W.WRONG_AUDIENCE, lambda: token(FEEDBACK)),
    "aud of another service": (W.WRONG_AUDIENCE, lambda: token(aud="https://other.example" + SERVICE)),
    "aud without the path in front": (W.WRONG_AUDIENCE, lambda: token(aud="https://cds.example" + SERVICE)),
    "aud the base alone": (W.WRONG_AUDIENCE, lambda: token(aud=BASE)),
    "aud longer than ours": (W.WRONG_AUDIENCE, lambda: token(aud=f"{BASE}{SERVICE}.forger.example")),
    "aud in capitals": (W.WRONG_AUDIENCE, lambda: token(aud=f"{BASE}{SERVICE}".upper())),
    "aud an empty list": (W.WRONG_AUDIENCE, lambda: token(aud=[])),
    "aud a list of others": (W.WRONG_AUDIENCE, lambda: token(aud=["a", "b"])),
    "aud a list with a number": (W.CLAIM_MALFORMED, lambda: token(aud=[f"{BASE}{SERVICE}", 1])),
    "aud an object": (W.CLAIM_MALFORMED, lambda: token(aud={f"{BASE}{SERVICE}": 1})),
    "aud of another client": (W.WRONG_AUDIENCE, lambda: token(aud="urn:cds")),
    "expired": (W.EXPIRED, lambda: token(iat=SECONDS - 400, exp=SECONDS - 60)),
    "expired by a fraction": (W.EXPIRED, lambda: token(iat=SECONDS - 400, exp=SECONDS - 60.001)),
    "exp a text": (W.CLAIM_MALFORMED, lambda: token(exp=str(SECONDS + 300))),
    "exp true": (W.CLAIM_MALFORMED, lambda: token(exp=True)),
    "exp null": (W.CLAIM_MALFORMED, lambda: token(exp=None)),
    "exp huge": (W.CLAIM_MALFORMED, lambda: token(exp=10**300)),
    "exp larger than a float": (W.CLAIM_MALFORMED, lambda: token(exp=10**400)),
    "iat larger than a float": (W.CLAIM_MALFORMED, lambda: token(iat=10**400)),
    "nbf larger than a float": (W.CLAIM_MALFORMED, lambda: token(nbf=-(10**3000))),
    "exp beyond every number": (
        W.MALFORMED,
        lambda: with_bytes(claims=json.dumps(payload(exp=1)).replace('"exp": 1', '"exp": 1e999').encode()),
    ),
    "exp in milliseconds": (W.CLAIM_MALFORMED, lambda: token(exp=(SECONDS + 300) * 1000)),
    "exp negative": (W.CLAIM_MALFORMED, lambda: token(exp=-1)),
    "iat a text": (W.CLAIM_MALFORMED, lambda: token(iat="now")),
    "iat in the future": (W.ISSUED_IN_THE_FUTURE, lambda: token(iat=SECONDS + 61, exp=SECONDS + 300)),
    "nbf in the future": (W.NOT_YET_VALID, lambda: token(nbf=SECONDS + 61)),
    "nbf a text": (W.CLAIM_MALFORMED, lambda: token(nbf="soon")),
    "nbf null": (W.CLAIM_MALFORMED, lambda: token(nbf=None)),
    "exp before iat": (W.CLAIM_MALFORMED, lambda: token(iat=SECONDS, exp=SECONDS - 1)),
    "lives for years": (W.LIVES_TOO_LONG, lambda: token(exp=SECONDS + 3 * 365 * 86400)),
    "lives a second too long": (W.LIVES_TOO_LONG, lambda: token(exp=SECONDS + 3601)),
}

AUTHORIZATIONS: dict[str, tuple[Why, Callable[[], str | None]]] = {
    "no header": (W.NO_TOKEN, lambda: None),
    "an empty header": (W.NO_TOKEN, lambda: ""),
    "the token alone": (W.NOT_BEARER, token),
    "Basic": (W.NOT_BEARER, lambda: "Basic ZWhyOmNhbmFyeS1zZWNyZXQ="),
    "Bearer without a token": (W.NOT_BEARER, lambda: "Bearer "),
    "two tokens": (W.NOT_BEARER, lambda: f"Bearer {token()}, Bearer {token()}"),
    "two tokens without a space": (W.NOT_BEARER, lambda: f"Bearer {token()},{token()}"),
    "something behind it": (W.NOT_BEARER, lambda: f"Bearer {token()} x"),
    "not ASCII": (W.MALFORMED, lambda: "Bearer é.é.é"),
}


def test_the_table_is_long_enough_and_names_every_reason() -> None:
    assert len(TABLE) >= 100
    assert {why for why, _ in [*TABLE.values(), *AUTHORIZATIONS.values()]} == set(Why) - {Why.REPLAYED}


@pytest.mark.parametrize("name", TABLE)
def test_a_forged_or_faulty_token_is_refused(
    name: str, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    why, made = TABLE[name]
    text = made()
    refused(client, f"Bearer {text}", why, capsys)


@pytest.mark.parametrize("name", AUTHORIZATIONS)
def test_a_header_without_one_token_is_refused(
    name: str, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    why, made = AUTHORIZATIONS[name]
    refused(client, made(), why, capsys)


def refused(
    client: FlaskClient, authorization: str | None, why: Why, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the words that all refusals have; the body, which is none, is not looked at."""
    headers = {} if authorization is None else {"Authorization": authorization}
    capsys.readouterr()
    response = client.post(SERVICE, data=b"this is not even read", headers=headers)
    told = capsys.readouterr().err
    plain = client.post(SERVICE, data=b"")
    assert refusal(response)["code"] == "not-trusted"
    assert (response.status_code, response.data) == (401, plain.data)
    assert response.headers["WWW-Authenticate"] == "Bearer"
    lines = [json.loads(line) for line in told.splitlines()]
    assert [line["reason"] for line in lines if line["event"] == "not trusted"] == [why.value]
    written = f"{told}{response.text}{response.headers}".lower()
    for piece in (authorization or "").replace(",", " ").replace(".", " ").split():
        assert len(piece) < 8 or piece.lower() not in written
    assert "canary" not in written
    assert "forger" not in written


@pytest.mark.parametrize("method", ["get", "head"])
def test_discovery_is_refused_to_strangers_too(method: str, client: FlaskClient) -> None:
    assert getattr(client, method)(DISCOVERY).status_code == 401
    assert getattr(client, method)(DISCOVERY, headers=bearing(token())).status_code == 401


def test_feedback_is_refused_to_strangers_and_to_the_token_of_a_hook_call(client: FlaskClient) -> None:
    assert client.post(FEEDBACK, json={}).status_code == 401
    assert client.post(FEEDBACK, json={}, headers=bearing(token())).status_code == 401


@pytest.mark.parametrize("path", [f"{SERVICE}?access_token=", f"{SERVICE}?token="])
def test_a_token_anywhere_else_does_not_count(path: str, client: FlaskClient) -> None:
    assert client.post(path + token(), json=call() | {"access_token": token()}).status_code == 401


GOOD: dict[str, Callable[[], str]] = {
    "RS384": token,
    "ES384": lambda: token(head={"alg": "ES384", "kid": "ec"}, key=ec_key()),
    "a key of no alg": lambda: token(head={"kid": "rsa-of-no-alg"}, key=rsa_key("free")),
    "typ in small letters": lambda: headed(typ="jwt"),
    "jku as registered": lambda: headed(jku=JWKS_URL),
    "with the public key in the header, which is not looked at": lambda: headed(x5c=["x"], x5t="y"),
    "aud with a slash": lambda: token(aud=f"{BASE}{SERVICE}/"),
    "aud in a list": lambda: token(aud=["https://other.example", f"{BASE}{SERVICE}"]),
    "times with fractions": lambda: token(iat=SECONDS - 0.5, exp=SECONDS + 299.5),
    "as Epic sends it": lambda: token(
        sub="client-1", nbf=SECONDS - 300, exp=SECONDS + 900, aud=[f"{BASE}{SERVICE}"]
    ),
    "just not over": lambda: token(iat=SECONDS - 300, exp=SECONDS - 59),
    "from a clock that is ahead": lambda: token(iat=SECONDS + 60, nbf=SECONDS + 60, exp=SECONDS + 360),
    "as long as may be": lambda: token(exp=SECONDS + 3600),
    "claims that nobody asked for": lambda: token(fhirContext=[{"a": {"b": [1]}}], sub=7, tenant="x"),
    "subject and tenant as registered": strict,
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_token_is_answered(name: str, client: FlaskClient) -> None:
    response = client.post(SERVICE, json=call(), headers=bearing(GOOD[name]()))
    assert response.status_code == 200, response.text


def test_the_scheme_may_be_written_small(client: FlaskClient) -> None:
    response = client.post(SERVICE, json=call(), headers={"Authorization": f"bearer  {token()}"})
    assert response.status_code == 200


def test_discovery_and_feedback_take_tokens_of_their_own(client: FlaskClient) -> None:
    assert client.get(DISCOVERY, headers=bearing(token(DISCOVERY))).get_json()["services"]
    assert client.get(f"{DISCOVERY}/", headers=bearing(token(DISCOVERY))).status_code == 200
    answered = client.post(FEEDBACK, json={"feedback": []}, headers=bearing(token(FEEDBACK)))
    assert answered.status_code == 200, answered.text


def test_health_and_preflights_need_no_token(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.options(SERVICE).status_code == 200
