"""CDS Hooks, row by row (docs/conformance.md): JSON, HTTP, browsers and the discovery document."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service import fixtures
from cds_service.app import create_app
from cds_service.errors import SettingsRefused
from cds_service.settings import Client, Settings, load
from tests.wire.calls import SERVICE, call, empty_members, everything, post, refusal

FEEDBACK = f"{SERVICE}/feedback"
SANDBOX = {"Origin": "https://sandbox.cds-hooks.org"}
NAMES = tuple(sorted(fixtures.names()))
CARD_MEMBERS = {"uuid", "summary", "detail", "indicator", "source", "links", "overrideReasons", "extension"}


def every_kind_of_answer(client: FlaskClient) -> list[TestResponse]:
    """One of each: discovery, health, cards, no card, refusals of the service and of the framework."""
    return [
        client.get("/cds-services"),
        client.get("/healthz"),
        post(client, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))),
        post(client, call()),
        post(client, call({})),
        post(client, b"{"),
        post(client, b"{}"),
        client.post(SERVICE, data=b"x", content_type="text/plain"),
        client.get("/nowhere"),
        client.put(SERVICE),
    ]


def preflight(client: FlaskClient, path: str, method: str) -> TestResponse:
    asks = {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return client.options(path, headers=SANDBOX | asks)


def test_json_only(client: FlaskClient) -> None:
    answers = every_kind_of_answer(client)
    assert {answer.status_code for answer in answers} == {200, 400, 404, 405, 412, 415}
    for answer in answers:
        assert answer.mimetype == "application/json"
        assert isinstance(answer.get_json(), dict)
    refused = client.post(SERVICE, data=json.dumps(call()), content_type="application/xml")
    assert refusal(refused)["status"] == 415


def test_json_valid(client: FlaskClient) -> None:
    for answer in every_kind_of_answer(client):
        orjson.loads(answer.data)  # refuses comments, trailing commas and NaN
        json.loads(answer.data, object_pairs_hook=_each_once)
    for wrong in (b'{"a": 1,}', b'{"a": NaN}', b'{"a": 1, /* b */ "c": 2}', b"{'a': 1}"):
        assert refusal(post(client, wrong))["code"] == "not-json"


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_the_check_for_duplicates_can_fail() -> None:
    with pytest.raises(AssertionError):
        json.loads('{"a": 1, "a": 1}', object_pairs_hook=_each_once)


def test_json_null(client: FlaskClient) -> None:
    for answer in every_kind_of_answer(client):
        assert not re.search(rb"[:\[,]\s*null", answer.data)


@pytest.mark.parametrize("name", NAMES)
def test_json_empty(client: FlaskClient, name: str) -> None:
    answer = post(client, fixtures.call(name, datetime.now(UTC)))
    assert answer.status_code == 200
    assert not list(empty_members(answer.get_json()))


@pytest.mark.parametrize("name", NAMES)
def test_json_unknown(client: FlaskClient, name: str) -> None:
    """Only members that CDS Hooks 2.0 knows; `extension` it reserves for whoever has more to say."""
    answer = post(client, fixtures.call(name, datetime.now(UTC))).get_json()
    assert answer.keys() == {"cards"}
    for card in answer["cards"]:
        assert card.keys() <= CARD_MEMBERS
        assert card["source"].keys() <= {"label", "url", "icon", "topic"}
        assert card["source"]["topic"].keys() <= {"system", "code", "display"}
    (offered,) = client.get("/cds-services").get_json()["services"]
    known = {"hook", "id", "title", "description", "prefetch", "usageRequirements", "extension"}
    assert offered.keys() <= known


def test_tls() -> None:
    """The service stands behind a proxy that ends TLS: in production every address it is told is https."""
    ehr = Client(name="ehr", issuer="https://ehr.example", jwks_url="https://ehr.example/jwks.json")
    assert Settings(profile="production", public_base_url="https://cds.example", clients=(ehr,)).in_production
    for plain in ("http://cds.example", "http://10.0.0.7", "http://localhost", "ftp://cds.example"):
        with pytest.raises(SettingsRefused, match="https"):
            load(profile="production", public_base_url=plain, clients=(ehr,))


@pytest.mark.parametrize(
    ("path", "method"), [("/cds-services", "GET"), (SERVICE, "POST"), (FEEDBACK, "POST")]
)
def test_cors_preflight(client: FlaskClient, path: str, method: str) -> None:
    """Without credentials, and with the headers named: `*` does not cover Authorization."""
    answer = preflight(client, path, method)
    assert 200 <= answer.status_code < 300
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    headers = {each.strip().lower() for each in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type"} <= headers
    assert {method, "OPTIONS"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))


def test_cors_answers(client: FlaskClient) -> None:
    answers = [
        client.get("/cds-services", headers=SANDBOX),
        client.post(SERVICE, json=call(), headers=SANDBOX),
        client.post(SERVICE, json={}, headers=SANDBOX),
        client.post(FEEDBACK, json={"feedback": "none"}, headers=SANDBOX),
        client.post(SERVICE, data=b"x", headers=SANDBOX),
        client.get("/nowhere", headers=SANDBOX),
        client.put(SERVICE, headers=SANDBOX),
    ]
    assert {answer.status_code for answer in answers} == {200, 400, 404, 405, 415}
    assert all(answer.headers["Access-Control-Allow-Origin"] == "*" for answer in answers)


@pytest.mark.parametrize("origins", [(), ("https://ehr.example",)])
def test_cors_credentials(client: FlaskClient, origins: tuple[str, ...]) -> None:
    """No origin may send credentials, and in production only registered ones are let in at all."""
    ehr = Client(
        name="ehr", issuer="https://ehr.example", jwks_url="https://ehr.example/jwks.json", origins=origins
    )
    settings = Settings(profile="production", public_base_url="https://cds.example", clients=(ehr,))
    hospital = create_app(settings).test_client()
    stranger = [hospital.get("/cds-services", headers=SANDBOX), preflight(hospital, SERVICE, "POST")]
    assert not any("Access-Control-Allow-Origin" in answer.headers for answer in stranger)
    for each in (client, hospital):
        answers = [each.get("/cds-services", headers=SANDBOX), preflight(each, SERVICE, "POST")]
        assert not any("Access-Control-Allow-Credentials" in answer.headers for answer in answers)


def test_http_404(client: FlaskClient) -> None:
    for path in ("/cds-services/other", "/cds-services/other/feedback", "/cds-services/leg-weakness2"):
        assert refusal(client.post(path, json=call()))["status"] == 404


def test_http_methods(client: FlaskClient) -> None:
    for path, wrong, right in (
        ("/cds-services", "POST", "GET"),
        (SERVICE, "GET", "POST"),
        (FEEDBACK, "GET", "POST"),
        (SERVICE, "DELETE", "POST"),
    ):
        answer = client.open(path, method=wrong)
        assert refusal(answer)["status"] == 405
        assert right in answer.headers["Allow"]
    assert client.head("/cds-services").data == b""


@pytest.mark.parametrize("path", ["/cds-services", "/cds-services/", "//cds-services"])
def test_disc_endpoint(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.data == client.get("/cds-services").data


def offered(client: FlaskClient) -> dict[str, Any]:
    document = client.get("/cds-services").get_json()
    assert document.keys() == {"services"}
    (service,) = document["services"]
    assert isinstance(service, dict)
    return service


def test_disc_services(client: FlaskClient) -> None:
    services = client.get("/cds-services").get_json()["services"]
    assert isinstance(services, list)
    assert len(services) == 1


def test_disc_hook(client: FlaskClient) -> None:
    assert offered(client)["hook"] == "patient-view"


def test_disc_id(client: FlaskClient) -> None:
    """The id is the last part of the address at which the service answers."""
    assert post(client, call()).status_code == 200
    assert offered(client)["id"] == SERVICE.rpartition("/")[2]


def test_disc_description(client: FlaskClient) -> None:
    assert "leg weakness" in offered(client)["description"]


def test_disc_content(client: FlaskClient) -> None:
    """An extension with a reverse-domain name, an object, as for all members of that name."""
    (name,) = offered(client)["extension"]
    assert name.startswith("org.leg-weakness-cds.")
    assert offered(client)["extension"][name].keys() == {"version", "digest"}


def test_disc_title(client: FlaskClient) -> None:
    assert offered(client)["title"]


def test_disc_prefetch(client: FlaskClient) -> None:
    prefetch = offered(client)["prefetch"]
    assert all(isinstance(key, str) and isinstance(text, str) for key, text in prefetch.items())
    assert {"patient", "conditions", "observations"} <= prefetch.keys()


def test_disc_usage_requirements(client: FlaskClient) -> None:
    assert "R4" in offered(client)["usageRequirements"]


def test_disc_one_hook(client: FlaskClient) -> None:
    """The sandbox tells services apart by address: an id on two hooks would lose one of them."""
    services = client.get("/cds-services").get_json()["services"]
    assert len({service["id"] for service in services}) == len(services)


def test_pref_tokens(client: FlaskClient) -> None:
    for template in offered(client)["prefetch"].values():
        assert set(re.findall(r"\{\{(.*?)\}\}", template)) == {"context.patientId"}


def test_pref_subset(client: FlaskClient) -> None:
    """Reads and searches by reference, with equal tokens, `_count` and `_sort` only; none named twice."""
    for template in offered(client)["prefetch"].values():
        assert len(template) < 2000
        address = urlsplit(template)
        assert re.fullmatch(r"[A-Z][A-Za-z]+(/\{\{context\.patientId\}\})?", address.path)
        names = [name for name, _ in parse_qsl(address.query, strict_parsing=bool(address.query))]
        assert set(names) <= {"patient", "category", "_sort", "_count"}
        assert len(names) == len(set(names))


@pytest.mark.parametrize("hook", ["patient-view"])
def test_req_hook(client: FlaskClient, hook: str) -> None:
    assert post(client, call(hook=hook)).status_code == 200
    wrongs: tuple[Any, ...] = (..., None, 7, "", "order-sign", [hook])
    for wrong in wrongs:
        assert refusal(post(client, call(hook=wrong)))["status"] == 400


def test_req_hook_instance(client: FlaskClient) -> None:
    assert post(client, call(hookInstance="any text that is not empty")).status_code == 200
    wrongs: tuple[Any, ...] = (..., None, 7, "", ["a"], {"a": 1})
    for wrong in wrongs:
        assert refusal(post(client, call(hookInstance=wrong)))["status"] == 400


def test_req_context(client: FlaskClient) -> None:
    wrongs: tuple[Any, ...] = (..., None, 7, "p1", ["p1"], {})
    for wrong in wrongs:
        assert refusal(post(client, call(context=wrong)))["status"] == 400


def test_req_patient_id(client: FlaskClient) -> None:
    for wrong in (None, 7, "", "Patient/p1", "p 1", "p1\n", "../p1", "p" * 65, ["p1"]):
        assert refusal(post(client, call(context={"patientId": wrong})))["status"] == 400
    for right in ("p1", "P-1.2", "p" * 64):
        assert post(client, call(context={"patientId": right})).status_code == 200


@pytest.mark.parametrize(
    "user", ["Practitioner/1", "PractitionerRole/1", "Patient/1", "RelatedPerson/1", "dr1", None]
)
def test_req_user_id(client: FlaskClient, user: str | None) -> None:
    """Who asks changes nothing of what the record holds: a missing user is counted, not refused."""
    assert post(client, call(context={"patientId": "p1", "userId": user})).status_code == 200
    assert refusal(post(client, call(context={"patientId": "p1", "userId": 1})))["status"] == 400


@pytest.mark.parametrize("context", [{}, {"encounterId": None}, {"encounterId": "e1"}])
def test_req_encounter_id(client: FlaskClient, context: dict[str, Any]) -> None:
    chart = fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
    without = {name: value for name, value in chart["context"].items() if name != "encounterId"}
    answer = post(client, chart | {"context": without | context}).get_json()
    assert answer["cards"][0]["indicator"] == "critical"


def test_vers_forward(client: FlaskClient) -> None:
    """What a later version, or a vendor, adds to a call is no reason to refuse it."""
    more = {
        "hookVersion": "1.1",
        "version": "3.0.0",
        "hookSomething": {"a": [None, {}]},
        "context": {"patientId": "p1", "userId": "Practitioner/1", "newMember": {"b": ""}},
    }
    assert post(client, call(everything(), **more)).status_code == 200


def test_ext_object(client: FlaskClient) -> None:
    """An extension of the call is let through whatever is in it; ours has a reverse-domain name."""
    epic = {
        "com.epic.cdshooks.request.bpa-trigger-action": "60",
        "com.epic.cdshooks.request.cds-hooks-specification-version": "1.1",
    }
    chart = fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
    first, *_ = post(client, chart | {"extension": epic}).get_json()["cards"]
    assert first["extension"].keys() == {"org.leg-weakness-cds.assessment", "org.leg-weakness-cds.content"}
