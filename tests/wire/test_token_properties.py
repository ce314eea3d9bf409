"""Whatever is sent as a token or as a key: it is refused or left out, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cds_service.errors import NotTrusted
from cds_service.settings import Client, Settings
from cds_service.trust import key_set
from cds_service.trust.gate import Gate
from tests.wire.calls import SERVICE
from tests.wire.ehr import BASE, ISSUER, NOW, ec_key, header, jwk, jwks, part, payload, rsa_key, sign, token

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
LETTERS = "ABCxyz019-_.=+/,é"
quick = settings(max_examples=100, deadline=None)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    file.write_bytes(jwks(jwk(ec_key(), "ec")))
    ehr = Client(name="main", issuer=ISSUER, jwks_file=file, replay_check="off")
    made = Settings(profile="production", public_base_url=BASE, clients=(ehr,), database_url="none")
    return Gate(made, lambda: NOW)


def good(**changes: Any) -> str:
    return token(head={"alg": "ES384", "kid": "ec"} | changes, key=ec_key(), signed_as="ES384")


def taken(gate: Gate, authorization: str | None) -> bool:
    try:
        gate.caller(authorization, SERVICE)
    except NotTrusted:
        return False
    return True


def test_the_token_of_these_tests_is_good(gate: Gate) -> None:
    assert taken(gate, f"Bearer {good()}")


@quick
@given(st.text(max_size=200))
@example("Bearer " + "." * 100)
@example("Bearer e30.e30.e30")
def test_no_text_whatever_is_a_token(gate: Gate, text: str) -> None:
    assert not taken(gate, text)
    assert not taken(gate, f"Bearer {text}")


@quick
@given(st.integers(0, 10_000), st.sampled_from(LETTERS))
def test_a_token_with_one_letter_changed_is_refused(gate: Gate, number: int, letter: str) -> None:
    text = good()
    place = number % len(text)
    changed = f"{text[:place]}{letter}{text[place + 1 :]}"
    assert taken(gate, f"Bearer {changed}") is (changed == text)


@quick
@given(st.sampled_from(["alg", "kid", "typ", "jku", "crit", "b64"]), ANYTHING)
def test_no_member_of_the_header_can_be_anything(gate: Gate, name: str, value: Any) -> None:
    if (name, value) != ("jku", None):
        assert not taken(gate, f"Bearer {good(**{name: value})}")


@quick
@given(st.sampled_from(["iss", "aud", "exp", "iat", "nbf"]), ANYTHING)
def test_no_claim_that_is_checked_can_be_anything(gate: Gate, name: str, value: Any) -> None:
    text = sign(header(alg="ES384", kid="ec"), payload() | {name: value}, ec_key(), "ES384")
    long_ago = name == "nbf" and isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    assert taken(gate, f"Bearer {text}") is (long_ago and value <= NOW.timestamp() + 60)


@quick
@given(
    st.sampled_from([jwk(rsa_key(), "k"), jwk(ec_key(), "k")]),
    st.dictionaries(
        st.sampled_from(["kty", "n", "e", "crv", "x", "y", "alg", "use", "key_ops", "kid"]), ANYTHING
    ),
)
def test_no_key_whatever_breaks_the_set(key: dict[str, Any], changes: dict[str, Any]) -> None:
    given_keys = jwks(key | changes, jwk(ec_key(), "other"))
    assert key_set.read(given_keys, ("RS384", "ES384"), "main").knows("other")


@quick
@given(st.binary(max_size=2000), st.sampled_from(["n", "e", "x", "y"]))
def test_no_number_whatever_breaks_the_set(number: bytes, name: str) -> None:
    for key in (jwk(rsa_key(), "k"), jwk(ec_key(), "k")):
        given_keys = jwks(key | {name: part(number)}, jwk(ec_key(), "other"))
        assert key_set.read(given_keys, ("RS384", "ES384"), "main").knows("other")


@quick
@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_the_reading_of_a_set(raw: bytes) -> None:
    for each in (raw, b'{"keys": ' + raw, b'{"keys": [' + raw + b"]}"):
        try:
            found = key_set.read(each, ("RS384", "ES384"), "main").keys
        except key_set.NotAKeySet:
            found = ()
        assert found == ()  # nothing is let in, and nothing else is raised
