"""What is no valid call is refused with a reason that helps, and without a word of what was sent."""

from __future__ import annotations

import io
import json
from time import process_time
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import strict_json
from cds_service.app import create_app
from cds_service.errors import DuplicateMember
from cds_service.settings import Settings
from tests.wire.calls import SERVICE, call, cards, condition, everything, post, refusal

CONTEXT = {"patientId": "p1", "userId": "Practitioner/dr1"}
SECRET = "Snowdrop"


def written(**changes: Any) -> bytes:
    return json.dumps(call(**changes)).encode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-json"),
        (b"Snowdrop", "not-json"),
        (b"<html>Snowdrop</html>", "not-json"),
        (written()[:-1], "not-json"),
        (written() + b"{}", "not-json"),
        (written().replace(b'"p1"', b"NaN", 1), "not-json"),
        (written(prefetch={"conditions": "@"}).replace(b'"@"', b'{"a": NaN}'), "not-json"),
        (written(prefetch={"conditions": "@"}).replace(b'"@"', b'{"a": 1,}'), "not-json"),
        (written().replace(b"{", b"{// Snowdrop\n", 1), "not-json"),
        (written().decode().encode("utf-16"), "not-json"),
        (b"[]", "not-a-hook-call"),
        (b'"Snowdrop"', "not-a-hook-call"),
        (b"{}", "not-a-hook-call"),
        (written(hook=...), "not-a-hook-call"),
        (written(hook=7), "not-a-hook-call"),
        (written(hook=""), "wrong-hook"),
        (written(hook="order-sign"), "wrong-hook"),
        (written(hookInstance=...), "not-a-hook-call"),
        (written(hookInstance=""), "not-a-hook-call"),
        (written(hookInstance=None), "not-a-hook-call"),
        (written(hookInstance=["Snowdrop"]), "not-a-hook-call"),
        (written(context=...), "not-a-hook-call"),
        (written(context="Snowdrop"), "not-a-hook-call"),
        (written(context={"userId": "Practitioner/1"}), "not-a-hook-call"),
        (written(context=CONTEXT | {"patientId": None}), "not-a-hook-call"),
        (written(context=CONTEXT | {"patientId": ""}), "not-a-hook-call"),
        (written(context=CONTEXT | {"patientId": "Patient/Snowdrop"}), "not-a-hook-call"),
        (written(context=CONTEXT | {"patientId": "p1\n"}), "not-a-hook-call"),
        (written(context=CONTEXT | {"patientId": "p" * 65}), "not-a-hook-call"),
        (written(context=CONTEXT | {"patientId": 1}), "not-a-hook-call"),
        (written(context=CONTEXT | {"userId": 1}), "not-a-hook-call"),
        (written(prefetch=["Snowdrop"]), "not-a-hook-call"),
        (written(prefetch="Snowdrop"), "not-a-hook-call"),
        (written(fhirServer=["Snowdrop"]), "not-a-hook-call"),
        (written().replace(b"{", b'{"hook": "patient-view",', 1), "duplicate-member"),
        (written().replace(b'"patientId"', b'"patientId": "Snowdrop", "patientId"', 1), "duplicate-member"),
        (written().replace(b'"patientId"', b'"patient\\u0049d": "p1", "patientId"', 1), "duplicate-member"),
        (written().replace(b'"conditions"', b'"conditions": {"a": 1}, "conditions"', 1), "duplicate-member"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "nested-too-deep"),
        (written(prefetch={"x": "@"}).replace(b'"@"', b"[" * 250 + b"]" * 250), "nested-too-deep"),
        (b"[" * 100_000, "nested-too-deep"),
    ],
)
def test_what_is_no_call_is_refused_with_400(client: FlaskClient, body: bytes, code: str) -> None:
    response = post(client, body)
    said = refusal(response)
    assert (said["status"], said["code"]) == (400, code)
    assert SECRET not in response.text


def test_the_refusal_names_the_member_and_what_was_expected(client: FlaskClient) -> None:
    said = refusal(post(client, call(context={"patientId": 7})))
    assert "$.context.patientId" in said["says"]
    assert "str" in said["says"]


@pytest.mark.parametrize(
    "changes",
    [
        {"context": {"patientId": "p1"}},
        {"context": CONTEXT | {"userId": None}},
        {"context": CONTEXT | {"encounterId": None}},
        {"hookInstance": "not a uuid"},
        {"fhirServer": None},
        {"fhirServer": "https://ehr.example/fhir", "fhirAuthorization": {"access_token": "x"}},
        {"extension": {"com.example": {"a": [None]}}, "unknown": None},
    ],
)
def test_what_a_call_may_leave_out_or_add_is_no_reason_to_refuse(
    client: FlaskClient, changes: dict[str, Any]
) -> None:
    assert post(client, call(**changes)).status_code == 200


def test_a_byte_order_mark_is_no_reason_to_refuse(client: FlaskClient) -> None:
    assert post(client, b"\xef\xbb\xbf" + written()).status_code == 200


def test_half_an_emoji_in_one_entry_loses_no_other(client: FlaskClient) -> None:
    cut = json.dumps(call(everything(conditions=condition("@ sudden paralysis of right leg")))).encode()
    assert post(client, cut.replace(b"@", rb"\ud83d")).status_code == 200


def test_duplicate_members_are_found_wherever_the_call_says_which_patient_is_meant() -> None:
    strict_json.members(b' { "a" : {"a": 1} , "b": [ {"a":1, "a":2} ] , "c" : "\\"a\\":" } ', "it")
    for twice in (b'{"a":1,"a":1}', b'{"a":1,"b":2,"a":3}', b'{"a":{"b":1},"\\u0061":{"b":1}}'):
        with pytest.raises(DuplicateMember):
            strict_json.members(twice, "it")


@pytest.mark.parametrize(("levels", "deep"), [(199, False), (200, False), (201, True), (5000, True)])
def test_two_hundred_levels_are_enough(levels: int, *, deep: bool) -> None:
    assert strict_json.deeper_than(b'{"a":' * levels + b"1" + b"}" * levels, 200) is deep


@pytest.mark.parametrize("most", range(6))
@pytest.mark.parametrize(
    ("shape", "beside"), [("[%s]", 0), ("[[],%s]", 1), ('{"a": [], "b": %s}', 1), ("[%s, [[]]]", 2)]
)
def test_each_level_counts_whatever_stands_beside_it(most: int, shape: str, beside: int) -> None:
    for levels in range(2, 8):
        body = "1"
        for _ in range(levels):
            body = shape % body
        assert strict_json.deeper_than(body.encode(), most) is (levels + beside > most)


@pytest.mark.parametrize(
    "body",
    [b"[" * 8_000_000 + b"]" * 8_000_000, b'{"a":' * 2_000_000 + b"1" + b"}" * 2_000_000],
    ids=["arrays", "objects"],
)
def test_however_deep_it_is_it_is_refused_within_a_second(client: FlaskClient, body: bytes) -> None:
    started = process_time()
    assert refusal(post(client, body))["code"] == "nested-too-deep"
    assert process_time() - started < 1


@pytest.mark.parametrize("text", ["[[[[[[", '"[[[[[[', "\\[[[[[[", '\\"[{[{[{', "}}}]]]"])
def test_brackets_inside_a_text_do_not_nest(text: str) -> None:
    assert not strict_json.deeper_than(json.dumps({text: [text, {"a": text}]}).encode(), 3)


@pytest.mark.parametrize("body", [b"[" * 8_000_000, b"[]" * 4_000_000, (b"[" * 150 + b"]" * 150) * 20_000])
def test_a_hostile_body_is_refused(client: FlaskClient, body: bytes) -> None:
    assert post(client, body).status_code == 400


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'application/json; charset="UTF-8"',
        "application/fhir+json",
        "application/json; fhirVersion=4.0",
    ],
)
def test_json_is_taken_under_its_usual_names(client: FlaskClient, content_type: str) -> None:
    assert post(client, call(), content_type=content_type).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/xml"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "application/json; charset=utf-16"},
        {"content_type": ""},
        {"headers": {"Content-Encoding": "gzip"}},
    ],
)
def test_other_media_types_are_refused_with_415(client: FlaskClient, headers: dict[str, Any]) -> None:
    said = refusal(post(client, call(), **headers))
    assert (said["status"], said["code"]) == (415, "wrong-media-type")


def small_service() -> FlaskClient:
    return create_app(Settings(max_body_bytes=2048)).test_client()


def test_a_body_that_says_it_is_too_large_is_refused_with_413() -> None:
    said = refusal(post(small_service(), b" " * 2049))
    assert (said["status"], said["code"]) == (413, "too-large")
    assert "2048" in said["says"]


def test_a_body_in_chunks_that_is_too_large_is_refused_with_413() -> None:
    """Without a length: only reading tells."""
    response = small_service().post(
        SERVICE,
        content_type="application/json",
        input_stream=io.BytesIO(b" " * 5000),
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert refusal(response)["code"] == "too-large"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cds-service",
        "/cds-services/other",
        "/cds-services/leg-weakness/nothing",
        "/cds-services/Leg-Weakness",
    ],
)
def test_unknown_addresses_are_404(client: FlaskClient, path: str) -> None:
    response = client.post(path, json=call())
    said = refusal(response)
    assert (said["status"], said["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", SERVICE, "POST"),
        ("PUT", SERVICE, "POST"),
        ("DELETE", SERVICE, "POST"),
        ("POST", "/cds-services", "GET"),
        ("POST", "/healthz", "GET"),
    ],
)
def test_the_wrong_method_is_405_and_the_right_one_named(
    client: FlaskClient, method: str, path: str, allowed: str
) -> None:
    response = client.open(path, method=method)
    said = refusal(response)
    assert (said["status"], said["code"]) == (405, "wrong-method")
    assert allowed in response.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/cds-services//leg-weakness", "/cds-services/leg-weakness/", "//cds-services///leg-weakness//"]
)
def test_a_slash_too_many_is_answered_and_not_redirected(client: FlaskClient, path: str) -> None:
    assert client.post("/", json=call(), environ_overrides={"PATH_INFO": path}).status_code == 200


def test_the_same_call_is_answered_with_the_same_cards(client: FlaskClient) -> None:
    prefetch = everything(conditions=condition("sudden weakness of right leg"))
    assert cards(client, prefetch)[0]["uuid"] == cards(client, prefetch)[0]["uuid"]
