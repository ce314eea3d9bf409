"""The table of malformed calls: each is refused, or costs one resource, which is named; the service goes on.

What lies inside one resource is that resource's fault: the rest of the chart is assessed, and the red flag in
it goes out. What lies in the call itself is refused with 4xx, and no answer repeats what was sent.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service.app import create_app
from cds_service.settings import Settings
from tests.wire.calls import bundle, call, condition, everything, post, refusal

SECRET = "Snowdrop"
MARK = "MARKED"
WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    7,
    -1.5e300,
    "",
    f"{SECRET} <b>",
    [],
    [SECRET],
    {},
    {SECRET: SECRET},
    [[None]],
)
REQUIRED = ("hook", "hookInstance", "context", "context.patientId")
TYPED: dict[str, type] = {
    "hook": str,
    "hookInstance": str,
    "context": dict,
    "context.patientId": str,
    "context.userId": str,
    "context.encounterId": str,
    "prefetch": dict,
    "fhirServer": str,
    "fhirAuthorization": dict,
}


def full_call() -> dict[str, Any]:
    return call(
        everything(conditions=flagged()),
        context={"patientId": "p1", "userId": "Practitioner/1", "encounterId": "e1"},
        fhirServer="https://ehr.example/fhir",
        fhirAuthorization={
            "access_token": "t0k3n",
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "patient/*.read",
            "subject": "client",
        },
    )


def flagged(*others: dict[str, Any]) -> dict[str, Any]:
    """A red flag of this hour among other problems."""
    onset = datetime.now(UTC).replace(microsecond=0).isoformat()
    return bundle(*others, condition("sudden paralysis of right arm and right leg", "flag", onset))


def changed(made: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(made))
    *way, last = path.split(".")
    inner = copy
    for step in way:
        inner = inner[step]
    inner[last] = value
    return copy


def allowed(path: str, value: Any) -> bool:
    return isinstance(value, TYPED[path]) or (value is None and path not in REQUIRED)


WRONG_TYPES = [(path, value) for path in TYPED for value in WRONG_VALUES if not allowed(path, value)]


@pytest.mark.parametrize(("path", "value"), WRONG_TYPES)
def test_a_member_of_another_type_is_refused(client: FlaskClient, path: str, value: Any) -> None:
    response = post(client, changed(full_call(), path, value))
    said = refusal(response)
    assert said["status"] == 400
    assert path in said["says"]
    assert SECRET not in response.text
    assert goes_on(client)


@pytest.mark.parametrize("path", [path for path in TYPED if path not in REQUIRED])
def test_an_optional_member_may_be_null(client: FlaskClient, path: str) -> None:
    answer = post(client, changed(full_call(), path, None))
    assert answer.status_code == (412 if path == "prefetch" else 200)


@pytest.mark.parametrize("value", WRONG_VALUES)
@pytest.mark.parametrize("key", ["conditions", "patient", "strange"])
def test_a_value_of_the_prefetch_may_be_anything(client: FlaskClient, key: str, value: Any) -> None:
    """It fails, or is empty, by itself; the red flag under another key goes out."""
    chart = everything(problems=flagged()) | {key: value}
    answer = post(client, call(chart))
    assert answer.status_code == 200
    assert is_flagged(answer)
    assert SECRET not in answer.text


def written(made: dict[str, Any]) -> bytes:
    return json.dumps(made).encode()


def compressed(make: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: make(written(full_call()))


BODIES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "not-json"),
    "blank": (lambda: b" \n", "not-json"),
    "null": (lambda: b"null", "not-a-hook-call"),
    "an array": (lambda: b"[" + written(full_call()) + b"]", "not-a-hook-call"),
    "cut in the middle": (lambda: written(full_call())[:700], "not-json"),
    "cut before the end": (lambda: written(full_call())[:-1], "not-json"),
    "twice": (lambda: written(full_call()) * 2, "not-json"),
    "HTML": (lambda: b"<!DOCTYPE html><html><body>Snowdrop</body></html>", "not-json"),
    "XML": (lambda: b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>', "not-json"),
    "NaN": (lambda: written(full_call() | {"x": float("nan")}), "not-json"),
    "Infinity": (lambda: written(full_call() | {"x": float("-inf")}), "not-json"),
    "a control character": (lambda: written(full_call()).replace(b"p1", b"p\x001", 1), "not-json"),
    "UTF-16": (lambda: json.dumps(full_call()).encode("utf-16"), "not-json"),
    "UTF-32": (lambda: json.dumps(full_call()).encode("utf-32-le"), "not-json"),
    "EBCDIC": (lambda: json.dumps(full_call()).encode("cp500"), "not-json"),
    "gzip": (compressed(gzip.compress), "not-json"),
    "deflate": (compressed(zlib.compress), "not-json"),
    "not UTF-8 in a member": (
        lambda: written(full_call() | {"hookInstance": MARK}).replace(MARK.encode(), b"\xff\xfe"),
        "not-a-hook-call",
    ),
    "not UTF-8 in a key": (
        lambda: written(call(everything(**{MARK: None}))).replace(MARK.encode(), b"\xe9"),
        "not-a-hook-call",
    ),
    "a member twice": (
        lambda: written(full_call()).replace(b'"context"', b'"context": {"patientId": "p2"}, "context"', 1),
        "duplicate-member",
    ),
    "the prefetch twice": (
        lambda: written(full_call()).replace(b'"prefetch"', b'"prefetch": {}, "prefetch"', 1),
        "duplicate-member",
    ),
    "10,000 arrays": (lambda: b"[" * 10_000 + b"]" * 10_000, "nested-too-deep"),
    "10,000 objects": (lambda: b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested-too-deep"),
    "10,000 arrays in a resource": (
        lambda: written(call(everything(conditions=condition(MARK)))).replace(
            f'"{MARK}"'.encode(), b"[" * 10_000 + b"]" * 10_000
        ),
        "nested-too-deep",
    ),
    "a million open brackets": (lambda: b'{"prefetch":' + b"[" * 1_000_000, "nested-too-deep"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_call_is_refused(client: FlaskClient, name: str) -> None:
    make, code = BODIES[name]
    response = post(client, make())
    said = refusal(response)
    assert (said["status"], said["code"]) == (400, code)
    assert SECRET not in response.text
    assert goes_on(client)


def test_a_body_over_the_limit_is_refused_and_the_next_one_answered() -> None:
    client = create_app(Settings(max_body_bytes=10_000)).test_client()
    large = written(call(everything(conditions=condition("x" * 20_000))))
    assert refusal(post(client, large))["status"] == 413
    assert goes_on(client)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-unknown"])
def test_a_compressed_body_is_refused_by_its_header(client: FlaskClient, encoding: str) -> None:
    answer = post(client, gzip.compress(written(full_call())), headers={"Content-Encoding": encoding})
    assert refusal(answer)["status"] == 415


SPOILED: dict[str, tuple[bytes, bytes]] = {
    "not UTF-8": (MARK.encode(), b"R\xfcckenschmerz"),
    "the mark of UTF-16": (MARK.encode(), b"\xff\xfeR"),
    "half a surrogate pair": (MARK.encode(), rb"\ud83d"),
    "a number too large": (f'"{MARK}"'.encode(), b"1e999"),
    "an endless number": (f'"{MARK}"'.encode(), b"9" * 4_000),
    "a number for a text": (f'"{MARK}"'.encode(), b"7"),
    "a list for a text": (f'"{MARK}"'.encode(), b"[[7]]"),
    "the code twice": (
        f'"code": {{"text": "{MARK}"}}'.encode(),
        b'"code": {"text": "paralysis"}, "code": {"text": "cough"}',
    ),
    "a text twice inside": (f'"text": "{MARK}"'.encode(), b'"text": "paralysis", "text": "cough"'),
    "190 levels": (f'"{MARK}"'.encode(), b"[" * 190 + b"]" * 190),
}
NAMED = set(SPOILED) - {"half a surrogate pair"}
"""Of half an emoji the rest of the text is read, as whoever cut it meant it."""


@pytest.mark.parametrize("name", SPOILED)
def test_one_bad_resource_is_named_and_the_rest_assessed(client: FlaskClient, name: str) -> None:
    old, new = SPOILED[name]
    body = written(call(everything(conditions=flagged(condition(MARK, "spoiled")))))
    assert old in body
    answer = post(client, body.replace(old, new))
    assert answer.status_code == 200
    assert is_flagged(answer)
    assert ("Condition/spoiled" in answer.text) == (name in NAMED)


def is_flagged(answer: TestResponse) -> bool:
    return any(card["indicator"] == "critical" for card in answer.get_json()["cards"])


def goes_on(client: FlaskClient) -> bool:
    return is_flagged(post(client, call(everything(conditions=flagged()))))
