"""CDS Hooks, row by row (docs/conformance.md): what is fetched, with which token, and the feedback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from cds_service.app import Service
from tests.wire.calls import SERVICE, bundle, call, condition, everything, patient, post, refusal
from tests.wire.fhir_server import FhirServer, Request, answers

TOKEN = "canary-token-4711"
NAMED = "https://terminology.example/reasons"


def now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def weak() -> dict[str, Any]:
    return condition("sudden weakness of right arm and right leg", "weak", now())


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    with FhirServer([patient(), weak(), condition("facial droop", "droop", now())]) as server:
        yield server


def authorised(fhir: FhirServer, **changes: Any) -> dict[str, Any]:
    token = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read"}
    return {"fhirServer": fhir.base, "fhirAuthorization": token | {"subject": "cds"} | changes}


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in everything().items() if key not in keys}


def cards(client: FlaskClient, prefetch: Any, **more: Any) -> list[dict[str, Any]]:
    answer = post(client, call(prefetch, **more))
    assert answer.status_code == 200, answer.text
    assert TOKEN not in answer.text
    found: list[dict[str, Any]] = answer.get_json()["cards"]
    return found


def not_assessed(cards: list[dict[str, Any]]) -> list[str]:
    said: list[str] = cards[0]["extension"]["org.leg-weakness-cds.assessment"].get("notAssessed", [])
    return said


def test_req_fhir_server(client: FlaskClient, fhir: FhirServer) -> None:
    """A token without a server is for nobody: nothing is fetched, and what came is assessed."""
    token = authorised(fhir)["fhirAuthorization"]
    found = cards(client, without("observations") | {"conditions": weak()}, fhirAuthorization=token)
    assert found[0]["indicator"] == "critical"
    assert not_assessed(found)
    assert not fhir.asked


def test_pref_partial(client: FlaskClient, fhir: FhirServer) -> None:
    """What the prefetch lacks is fetched, and nothing else."""
    found = cards(client, without("conditions"), **authorised(fhir))
    assert found[0]["indicator"] == "critical"
    assert not not_assessed(found)
    assert {path.partition("?")[0].rpartition("/")[2] for path in fhir.asked} == {"Condition"}


def test_pref_null_is_not_fetched(client: FlaskClient, fhir: FhirServer) -> None:
    assert cards(client, everything(conditions=None), **authorised(fhir)) == []
    assert not fhir.asked


def test_pref_outcome_is_fetched(client: FlaskClient, fhir: FhirServer) -> None:
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
    assert cards(client, everything(conditions=failed), **authorised(fhir))[0]["indicator"] == "critical"


def test_pref_pages(client: FlaskClient, fhir: FhirServer) -> None:
    """Of a fetched Bundle and of one that came with the call; where no server may be asked it is partial."""
    fhir.page_size = 1
    fetched = cards(client, without("conditions"), **authorised(fhir))
    assert len(fhir.asked_for("Condition")) == 2
    following = {"relation": "next", "url": f"{fhir.base}/Condition?patient=p1&_count=1&_from=1"}
    page = bundle(weak(), link=[following], total=2)
    gone_on = cards(client, everything(conditions=page), **authorised(fhir))
    assert [card["detail"] for card in gone_on] == [card["detail"] for card in fetched]
    assert not_assessed(cards(client, everything(conditions=page)))


def test_fhir_access(client: FlaskClient, fhir: FhirServer) -> None:
    """The same cards from the prefetch alone, from the server alone, and from both."""
    chart = everything(conditions=bundle(*fhir.resources[1:]))
    ways = [
        cards(client, chart),
        cards(client, ..., **authorised(fhir)),
        cards(client, without("conditions", "patient"), **authorised(fhir)),
    ]
    shown = [[(card["summary"], card["detail"]) for card in way] for way in ways]
    assert shown[0] == shown[1] == shown[2]


def test_fhir_token(client: FlaskClient, fhir: FhirServer) -> None:
    cards(client, without("conditions", "observations"), **authorised(fhir))
    assert len(fhir.headers) == 2
    assert {headers["Authorization"] for headers in fhir.headers} == {f"Bearer {TOKEN}"}


def test_safe_token(client: FlaskClient, fhir: FhirServer, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither logged nor kept, not in an answer, and never sent to another server than that of the call."""
    with FhirServer() as other:
        fhir.faults["Condition"] = answers(302, Location=f"{other.base}/Condition?patient=p1")
        found = cards(client, without("conditions"), **authorised(fhir))
        assert not other.asked
    assert not_assessed(found)
    assert refusal(post(client, call({}, **(authorised(fhir) | {"fhirServer": other.base}))))["status"] == 412
    said = capfd.readouterr()
    assert TOKEN not in said.out + said.err


def test_fhir_open(client: FlaskClient, fhir: FhirServer) -> None:
    """Without a token, as the sandbox sends it: read here, on loopback in the development profile."""
    found = cards(client, without("conditions"), fhirServer=fhir.base)
    assert found[0]["indicator"] == "critical"
    assert all("Authorization" not in headers for headers in fhir.headers)


@pytest.mark.parametrize(
    "server",
    [
        "http://169.254.169.254/latest",
        "http://10.0.0.1/fhir",
        "http://localhost:8080/fhir",
        "https://ehr.example/fhir",
        "http://user@127.0.0.1/fhir",
        "file:///etc/passwd",
        "gopher://127.0.0.1/fhir",
    ],
)
def test_safe_ssrf(client: FlaskClient, server: str) -> None:
    """Nothing is read from a server that is not registered; on loopback the development profile may."""
    found = cards(client, without("observations") | {"conditions": weak()}, fhirServer=server)
    assert found[0]["indicator"] == "critical"
    assert not_assessed(found)


def test_safe_ssrf_pages_stay_with_their_server(client: FlaskClient, fhir: FhirServer) -> None:
    with FhirServer([condition("bladder retention", "more", now())]) as other:

        def leads_away(request: Request) -> None:
            link = [{"relation": "next", "url": f"{other.base}/Condition?patient=p1"}]
            request.send_json(bundle(weak(), link=link, total=2))

        fhir.faults["Condition"] = leads_away
        found = cards(client, without("conditions"), **authorised(fhir))
        assert found[0]["indicator"] == "critical"
        assert not_assessed(found)
        assert not other.asked


def feedback(client: FlaskClient, *items: dict[str, Any]) -> Any:
    return client.post(f"{SERVICE}/feedback", json={"feedback": list(items)})


def item(**more: Any) -> dict[str, Any]:
    return {"card": str(uuid4()), "outcome": "overridden", "outcomeTimestamp": now()} | more


def stored(client: FlaskClient, *items: dict[str, Any]) -> int:
    answer = feedback(client, *items)
    assert answer.status_code == 200, answer.text
    count: int = answer.get_json()["stored"]
    return count


def test_fb_endpoint(client: FlaskClient) -> None:
    """At the service's own address and `/feedback`."""
    assert stored(client, item()) == 1
    assert refusal(client.post(f"{SERVICE}/feedback", json={}))["status"] == 400
    assert refusal(client.post("/cds-services/other/feedback", json={"feedback": [item()]}))["status"] == 404


def test_fb_accepted(client: FlaskClient) -> None:
    suggestions = [{"id": str(uuid4())}, {"id": str(uuid4())}]
    assert stored(client, item(outcome="accepted", acceptedSuggestions=suggestions)) == 1
    assert stored(client, item(outcome="accepted")) == 1
    assert feedback(client, item(outcome="liked")).status_code == 400


@pytest.mark.parametrize(
    "reason",
    [
        {},
        {"overrideReason": {"reason": {"code": "seen", "system": NAMED}}},
        {
            "overrideReason": {
                "reason": {"code": "seen", "system": NAMED, "display": "Seen"},
                "userComment": "x",
            }
        },
        {"overrideReason": {"userComment": "words only"}},
        {"overrideReasons": {"reason": {"code": "seen", "system": NAMED}}},
    ],
)
def test_fb_overridden(client: FlaskClient, reason: dict[str, Any]) -> None:
    """As the standard has it, as the sandbox sends it (no reason, no display), and as Epic does."""
    assert stored(client, item(**reason)) == 1


def test_fb_batch(client: FlaskClient, service: Service) -> None:
    """Cards of several calls in one; a repeat changes nothing, and is no error."""
    shown = [
        card["uuid"]
        for instance in ("one", "two")
        for card in cards(client, everything(conditions=weak()), hookInstance=f"{instance} {uuid4()}")
    ]
    assert len(set(shown)) == len(shown) >= 4
    service.journal.writer.flush()
    batch = [item(card=uuid) for uuid in shown]
    assert stored(client, *batch) == len(shown)
    again = feedback(client, *batch)
    assert (again.status_code, again.get_json()["stored"]) == (200, 0)
    assert "userId" not in json.dumps(again.get_json())
