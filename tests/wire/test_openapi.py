"""docs/openapi.yaml says what the service is: each address and no other, each answer as it leaves."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.exceptions import MethodNotAllowed, NotFound

from cds_service import fixtures
from cds_service.app import Service, create_app
from cds_service.errors import ServiceError
from cds_service.recording import MOMENT
from cds_service.settings import Settings
from tests import write_openapi
from tests.wire.calls import SERVICE, call, condition, everything, post
from tests.wire.ehr import DISCOVERY, FEEDBACK, Started, bearing, token
from tests.wire.openapi import document, faults, led_to, not_as_described, operations, references

TOP = Path(__file__).resolve().parents[2]
DEMO = {"search-refused", "foreign-request"}
"""Of the test bench and the demo FHIR server, which the development profile alone has."""
OF_ITSELF = {"HEAD", "OPTIONS"}
JSON = "application/json"


def address(path: str) -> str:
    """With the examples of its parameters."""
    given = [each for told in operations() if told.path == path for each in told.told.get("parameters", [])]
    return path.format_map({each["name"]: each["example"] for each in given if each.get("in") == "path"})


def codes(response: Mapping[str, Any]) -> set[str]:
    """That a described refusal may have."""
    schema = led_to(response["content"][JSON]["schema"])
    for name in ("issue", "items", "details", "coding", "items", "code"):
        schema = schema[name] if name == "items" else schema["properties"][name]
    return set(schema["enum"])


def every_error(kind: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    for each in kind.__subclasses__():
        yield each
        yield from every_error(each)


def refusals() -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each described one with its status, the one of other methods too."""
    for each in operations():
        for status, response in each.told["responses"].items():
            told = led_to(response)
            if int(status) >= 400 and "Readiness" not in json.dumps(told):
                yield int(status), told
    yield 405, document()["components"]["responses"]["WrongMethod"]


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    assert document()["openapi"].startswith("3.1.")
    for each in references(document()):
        assert led_to({"$ref": each}), each
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_address_of_the_service_is_described_and_no_other(start: Started) -> None:
    app = start(database_url="none")
    matcher = app.url_map.bind("cds.example")
    described = set()
    for each in operations():
        try:
            rule, _ = matcher.match(address(each.path), each.method, return_rule=True)
        except (NotFound, MethodNotAllowed):
            pytest.fail(f"{each.method} {each.path} is described and is not there")
        described.add((rule.rule, each.method))
    there = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - OF_ITSELF
    }
    assert described == there


def test_a_method_that_is_not_described_is_refused_as_the_text_says(start: Started) -> None:
    caller = start(database_url="none").test_client()
    told = document()["components"]["responses"]["WrongMethod"]
    for path in document()["paths"]:
        taken = {each.method for each in operations() if each.path == path} | OF_ITSELF
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - taken:
            response = caller.open(address(path), method=method)
            assert response.status_code == 405, f"{method} {path}"
            assert response.headers["Allow"]
            assert faults(response.get_json(), told["content"][JSON]["schema"]) == []


def test_the_calls_of_the_ehr_and_no_others_ask_for_a_token(start: Started) -> None:
    caller = start(database_url="none").test_client()
    for each in operations():
        response = caller.open(address(each.path), method=each.method, json={})
        assert (response.status_code == 401) is ("security" in each.told), each.path
        if each.path != "/metrics":
            assert not_as_described(response, each.method, each.path) == [], each.path


def test_every_error_is_described_with_its_status() -> None:
    known = {each.code: each.status for each in every_error()}
    described: dict[str, int] = {}
    for status, told in refusals():
        for code in codes(told):
            assert described.setdefault(code, status) == status
    assert described == {code: status for code, status in known.items() if code not in DEMO}
    page = (TOP / "docs" / "errors.md").read_text(encoding="utf-8")
    assert known.items() == {
        (code, int(status)) for code, status in re.findall(r"^\| `([a-z-]+)` \| (\d{3}) ", page, re.MULTILINE)
    }


def test_every_refusal_says_when_to_come_again_where_that_helps() -> None:
    for status, told in refusals():
        assert ("Retry-After" in told["headers"]) is (status in {429, 503})
        assert ("WWW-Authenticate" in told["headers"]) is (status == 401)


@pytest.mark.parametrize("name", fixtures.names())
def test_calls_and_answers_of_the_fixtures_are_as_described(client: FlaskClient, name: str) -> None:
    sent = fixtures.call(name, MOMENT)
    assert faults(sent, {"$ref": "#/components/schemas/Call"}) == []
    response = post(client, sent)
    assert response.status_code == 200
    assert not_as_described(response, "POST", SERVICE) == []


@pytest.mark.parametrize(
    "prefetch",
    [
        everything(conditions=7),
        everything(
            conditions=condition("Sudden weakness of both legs"), observations={"resourceType": "Patient"}
        ),
    ],
)
def test_answers_that_name_what_was_not_assessed_are_as_described(client: FlaskClient, prefetch: Any) -> None:
    response = post(client, call(prefetch))
    assert "notAssessed" in response.text
    assert not_as_described(response, "POST", SERVICE) == []


@pytest.mark.parametrize("path", [each.path for each in operations() if each.method == "GET"])
def test_every_page_is_as_described(start: Started, path: str) -> None:
    app = start(database_url="none", metrics_from=["127.0.0.1"])
    caller, held = app.test_client(), bearing(token(path)) if path == DISCOVERY else {}
    response = caller.get(address(path), headers=held)
    assert response.status_code == (302 if path == "/" else 200)
    assert not_as_described(response, "GET", path) == []
    if "ETag" in response.headers:
        again = caller.get(address(path), headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
        assert not_as_described(again, "GET", path) == []


@pytest.mark.parametrize("path", ["/explanations/{page}", "/explanations/{kind}/{page}", "/assets/{name}"])
@pytest.mark.parametrize("accept", ["text/html", JSON])
def test_a_page_that_is_not_there_is_as_described(client: FlaskClient, path: str, accept: str) -> None:
    response = client.get(
        path.format(page="nothing", kind="nothing", name="nothing"), headers={"Accept": accept}
    )
    assert response.status_code == 404
    assert not_as_described(response, "GET", path) == []


def test_the_keys_of_the_prefetch_are_those_of_discovery(client: FlaskClient) -> None:
    described = document()["components"]["schemas"]["Call"]["properties"]["prefetch"]["properties"]
    assert list(described) == list(client.get(DISCOVERY).get_json()["services"][0]["prefetch"])


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


WRONG_CALLS: Mapping[str, tuple[bytes, dict[str, Any]]] = {
    "not-json": (b"{", {}),
    "nested-too-deep": (deep(300), {}),
    "duplicate-member": (json.dumps(call()).encode().replace(b"{", b'{"hook":"patient-view",', 1), {}),
    "not-a-hook-call": (b"{}", {}),
    "wrong-hook": (json.dumps(call(hook="order-sign")).encode(), {}),
    "record-unavailable": (json.dumps(call({})).encode(), {}),
    "wrong-media-type": (b"{}", {"content_type": "text/plain"}),
}


@pytest.mark.parametrize("code", WRONG_CALLS)
def test_a_refused_call_is_answered_as_described(client: FlaskClient, code: str) -> None:
    body, options = WRONG_CALLS[code]
    response = post(client, body, **options)
    assert code in response.text
    assert not_as_described(response, "POST", SERVICE) == []


def test_refusals_that_a_limit_asks_for_are_answered_as_described() -> None:
    small = create_app(Settings(database_url="none", max_body_bytes=1024, rate_limit="1 per minute"))
    response = post(small.test_client(), b" " * 2000)
    assert response.status_code == 413
    assert not_as_described(response, "POST", SERVICE) == []
    response = post(small.test_client(), b"{}")
    assert response.status_code == 429
    assert not_as_described(response, "POST", SERVICE) == []


def feedback(**changes: Any) -> dict[str, Any]:
    item = write_openapi.examples()["putAside"]["value"]["feedback"][0] | changes
    return {"feedback": [item]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (feedback(), 200),
        (feedback(outcome="accepted", acceptedSuggestions=[{"id": "a"}]), 200),
        (feedback(outcome="read"), 400),
        ({}, 400),
        ([], 200),
    ],
)
def test_answers_to_feedback_are_as_described(client: FlaskClient, body: Any, status: int) -> None:
    for _ in range(2):  # the second time it is a repeat
        response = client.post(FEEDBACK, json=body)
        assert response.status_code == status
        assert not_as_described(response, "POST", FEEDBACK) == []


def test_feedback_that_cannot_be_stored_is_answered_as_described() -> None:
    response = create_app(Settings(database_url="none")).test_client().post(FEEDBACK, json=feedback())
    assert response.status_code == 503
    assert not_as_described(response, "POST", FEEDBACK) == []


def test_a_defect_is_answered_as_described(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise sqlite3.Error

    monkeypatch.setattr("cds_service.app.answer", broken)
    response = post(service.test_client(), call())
    assert response.status_code == 500
    assert not_as_described(response, "POST", SERVICE) == []


def test_the_examples_are_those_of_the_fixtures_and_as_described() -> None:
    page = write_openapi.PAGE.read_text(encoding="utf-8")
    assert write_openapi.written_anew(page) == page, "python -m tests.write_openapi"
    shown = []
    for each in operations():
        bodies = [each.told.get("requestBody", {}), *map(led_to, each.told["responses"].values())]
        for content in (inner for body in bodies for inner in body.get("content", {}).values()):
            for name, example in content.get("examples", {}).items():
                shown.append(name)
                assert faults(led_to(example)["value"], content["schema"]) == [], name
    assert sorted(shown) == sorted(document()["components"]["examples"])


def test_the_version_is_that_of_the_program() -> None:
    assert f'version = "{document()["info"]["version"]}"' in (TOP / "pyproject.toml").read_text("utf-8")


def test_what_is_not_described_is_found(client: FlaskClient) -> None:
    response = post(client, call())
    assert not_as_described(response, "POST", FEEDBACK) != []
    assert not_as_described(client.get("/healthz"), "GET", "/readyz") != []
    assert not_as_described(client.get("/transparency"), "GET", "/transparency.json") != []
    del response.headers["X-Request-Id"]
    assert not_as_described(response, "POST", SERVICE) == ["X-Request-Id: missing"]
