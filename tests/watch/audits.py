"""What audit events must be: R4, and what IHE's Basic Audit Log Patterns ask beyond it.

The patterns are those of the profiles IHE.BasicAudit.PatientQuery and PatientRead (version 1.1.4), with what
they inherit of Query and Read; each check names the element that it is for.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from cds_service.app import Service
from tests.wire.fhir_server import BASE, FhirServer

Json = dict[str, Any]
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
SOURCE, DESTINATION, USER = "110153", "110152", "IRCP"
PERSON, OBJECT = "1", "2"


def received(sink: FhirServer) -> list[Json]:
    """Each checked as R4, and by the profile that it claims."""
    assert {path for path, _ in sink.posted} <= {f"{BASE}/AuditEvent"}
    return checked(body for _, body in sink.posted)


def checked(events: Iterable[bytes]) -> list[Json]:
    found = [json.loads(each) for each in events]
    for each in found:
        get_fhir_model_class("AuditEvent").model_validate(each)
        hold_what_all_have(each)
        for profile in each.get("meta", {}).get("profile", ()):
            {f"{BALP}PatientQuery": hold_patient_query, f"{BALP}PatientRead": hold_patient_read}[profile](
                each
            )
    return found


def flushed(service: Service) -> bool:
    return all(each.flush() for each in service.audit.writers.values())


def hold_what_all_have(event: Json) -> None:
    assert event["recorded"].endswith(("Z", "+00:00"))
    assert [coding["code"] for each in event["purposeOfEvent"] for coding in each["coding"]] == ["TREAT"]
    assert event["source"]["observer"]["identifier"]["value"]
    assert sum(each["requestor"] for each in event["agent"]) == 1
    assert event["outcome"] == "0" or event["outcomeDesc"]
    for each in event["entity"]:
        assert not ("name" in each and "query" in each), "sev-1"
    assert patient_of(event)


def agents(event: Json) -> dict[str, Json]:
    found = {each["type"]["coding"][0]["code"]: each for each in event["agent"]}
    assert len(found) == len(event["agent"])
    return found


def entities(event: Json, role: str) -> list[Json]:
    return [each for each in event["entity"] if each.get("role", {}).get("code") == role]


def patient_of(event: Json) -> str:
    """entity[patient] 1..1: type 1, role 1, what 1..1 only Reference(Patient)."""
    (found,) = entities(event, "1")
    assert found["type"]["system"].endswith("/audit-entity-type")
    assert found["type"]["code"] == PERSON
    assert found["role"]["system"].endswith("/object-role")
    assert found["what"]["type"] == "Patient"
    reference: str = found["what"]["reference"]
    return reference


def query_of(event: Json) -> str:
    """What was asked, out of its base64."""
    (found,) = entities(event, "24")
    return b64decode(found["query"]).decode()


def hold_patient_query(event: Json) -> None:
    _hold_rest(event, "E", "search", client=SOURCE, server=DESTINATION)
    assert len(event["entity"]) >= 2
    (query,) = entities(event, "24")
    assert query["type"]["code"] == OBJECT
    assert query["query"]
    assert query.keys().isdisjoint({"what", "lifecycle", "detail"})


def hold_patient_read(event: Json) -> None:
    _hold_rest(event, "R", "read", client=DESTINATION, server=SOURCE)
    assert len(event["entity"]) >= 2
    (data,) = entities(event, "4")
    assert data["type"]["code"] == OBJECT
    assert data["what"]["reference"]


def _hold_rest(event: Json, action: str, interaction: str, *, client: str, server: str) -> None:
    assert event["type"] == {
        "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
        "code": "rest",
        "display": "RESTful Operation",
    }
    (subtype,) = event["subtype"]
    assert (subtype["system"], subtype["code"]) == ("http://hl7.org/fhir/restful-interaction", interaction)
    assert (event["action"], event["outcome"]) == (action, "0")
    found = agents(event)
    assert found.keys() <= {client, server, USER}
    for role in (client, server):
        assert found[role]["type"]["coding"][0]["system"] == DICOM
        assert found[role]["who"]
        assert found[role]["network"]["address"]
        assert "media" not in found[role]
    if user := found.get(USER):
        assert user["type"]["coding"][0]["system"].endswith("/v3-ParticipationType")
        assert user["requestor"] is True
        assert user["who"]
        assert user.keys().isdisjoint({"media", "network"})
    for each in event["entity"]:
        if each["type"]["code"] == "XrequestId":
            assert each["type"]["system"].endswith("/BALP/CodeSystem/BasicAuditEntityType")
            assert each["what"]["identifier"]["value"]
