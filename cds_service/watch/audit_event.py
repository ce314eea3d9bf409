"""FHIR R4 AuditEvents of one hook call: that it came, and each search and read that it made necessary.

Those of searches and reads that succeeded are PatientQuery and PatientRead of IHE's Basic Audit Log Patterns
(https://profiles.ihe.net/ITI/BALP) and say so. A hook call is no FHIR interaction: its event has the same
agents and the same patient, and claims no profile. No event has a token, a word of the record or a card.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cds_service.addresses import place
from cds_service.hooks import HOOK, HookCall
from cds_service.reasons import Reason
from cds_service.sent import Sent
from cds_service.settings import Client, is_loopback

Json = dict[str, Any]

PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
SUCCESS, MINOR, SERIOUS = "0", "4", "8"
"""Of AuditEvent.outcome: done; not done, as HTTP says with 400; not done by a fault, as with 500."""
MOST_OF_A_TARGET = 4096
"""Characters; of a longer address, such as a next page's, only the path is told."""
MOST_OF_A_NAME = 200
"""Characters of what the caller calls a user or a call; what is longer is none, and is left out."""

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_URI = "urn:ietf:rfc:3986"
_OURS = "urn:x-leg-weakness-cds"
_USERS = ("Practitioner", "PractitionerRole", "Patient", "RelatedPerson")
"""Those of CDS Hooks that AuditEvent.agent.who may refer to: all four."""
_REFERENCE = re.compile(rf"(?:https?://\S+/)?(?P<type>{'|'.join(_USERS)})/[A-Za-z0-9\-.]{{1,64}}", re.ASCII)
_PLAIN = re.compile(r"[!-~]+")

SOURCE_ROLE = {"system": _DICOM, "code": "110153", "display": "Source Role ID"}
DESTINATION_ROLE = {"system": _DICOM, "code": "110152", "display": "Destination Role ID"}
_USER = {"system": f"{_TERMINOLOGY}/v3-ParticipationType", "code": "IRCP", "display": "information recipient"}
_REST = {"system": f"{_TERMINOLOGY}/audit-event-type", "code": "rest", "display": "RESTful Operation"}
_QUERY = {"system": _DICOM, "code": "110112", "display": "Query"}
_INTERACTION = "http://hl7.org/fhir/restful-interaction"
_TREATMENT = {"system": f"{_TERMINOLOGY}/v3-ActReason", "code": "TREAT", "display": "treatment"}
_PERSON = {"system": f"{_TERMINOLOGY}/audit-entity-type", "code": "1", "display": "Person"}
_OBJECT = {"system": f"{_TERMINOLOGY}/audit-entity-type", "code": "2", "display": "System Object"}
_SERVER = {"system": f"{_TERMINOLOGY}/security-source-type", "code": "4", "display": "Application Server"}
_REQUEST_ID = {
    "system": "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
    "code": "XrequestId",
}
_ROLES = {"1": "Patient", "4": "Domain Resource", "24": "Query"}
_NO_ANSWER = {Reason.NO_CONNECTION, Reason.TLS, Reason.TIMEOUT, Reason.CUT, Reason.SERVER_ERROR}


class Outcome(NamedTuple):
    """Of an event."""

    code: str
    why: str = ""
    """Codes of what went wrong."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What is told of one hook call."""

    call: HookCall
    client: Client
    moment: datetime
    sent: Sequence[Sent]
    outcome: Outcome
    told: Mapping[str, str]
    """How the call was answered: names and codes of ours."""


class Here(NamedTuple):
    """Who tells it."""

    service: str
    """The public address."""
    version: str
    request_id: str
    """As in the log and in the header `X-Request-Id`; empty where there is none."""


def events(of: Happened, here: Here) -> Iterator[Json]:
    """That of the call first."""
    made = _Events(of, here, _home(of.call, of.client))
    yield made.of_call()
    yield from map(made.of_sent, of.sent)


def _home(call: HookCall, client: Client) -> str:
    """The FHIR base of patient and user: the call's if it may be read, else the client's one; "" for none."""
    asked = place(call.fhirServer or "")
    for each in client.fhir_servers:
        if place(each) == asked:
            return each
    if asked is not None and is_loopback(asked.host) and not asked.path[MOST_OF_A_NAME:]:
        return (call.fhirServer or "").rstrip("/")
    return client.fhir_servers[0] if len(client.fhir_servers) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Events:
    """Builds those of one call."""

    of: Happened
    here: Here
    home: str

    def of_call(self) -> Json:
        of = self.of
        ehr = _machine(SOURCE_ROLE, of.client.issuer or "", of.client.name)
        return self._event(
            {
                "type": _QUERY,
                "subtype": [{"system": f"{_OURS}:hook", "code": HOOK, "display": HOOK}],
                "action": "E",
                **_outcome(of.outcome),
                "agent": self._agents(ehr, self._service(DESTINATION_ROLE)),
            },
            self._call(),
        )

    def of_sent(self, sent: Sent) -> Json:
        """In Query of BALP who asks is the source, in Read who answers; both are for what succeeded."""
        server = _machine(DESTINATION_ROLE if sent.is_search else SOURCE_ROLE, self.home, "FHIR server")
        service = self._service(SOURCE_ROLE if sent.is_search else DESTINATION_ROLE)
        kind = "search" if sent.is_search else "read"
        event = {
            "type": _REST,
            "subtype": [{"system": _INTERACTION, "code": kind, "display": kind}],
            "action": "E" if sent.is_search else "R",
            **_outcome(_of_sent(sent)),
            "agent": self._agents(service, server),
        }
        profile = PROFILES + ("PatientQuery" if sent.is_search else "PatientRead")
        if sent.reason is not None:
            profile = ""
        address = self._address(sent.target)
        if sent.is_search:
            said = b64encode(f"GET {address}".encode()).decode()
            return self._event(event, _entity(_OBJECT, "24", query=said), profile)
        return self._event(event, _entity(_OBJECT, "4", what={"reference": address}), profile)

    def _event(self, event: Json, subject: Json, profile: str = "") -> Json:
        """With what all have in common; `subject`: what it is about beside the patient."""
        of = self.of
        patient = self._reference(f"Patient/{of.call.context.patientId}", "Patient")
        entities = [_entity(_PERSON, "1", what=patient), subject]
        if self.here.request_id:
            entities.append({"what": {"identifier": {"value": self.here.request_id}}, "type": _REQUEST_ID})
        return {
            "resourceType": "AuditEvent",
            **({"meta": {"profile": [profile]}} if profile else {}),
            **event,
            "recorded": of.moment.isoformat(timespec="milliseconds"),
            "purposeOfEvent": [{"coding": [_TREATMENT]}],
            "source": {
                "site": urlsplit(self.here.service).hostname,
                "observer": self._who(),
                "type": [_SERVER],
            },
            "entity": entities,
        }

    def _call(self) -> Json:
        named = self.of.call.hookInstance
        what: Json = {}
        if len(named) <= MOST_OF_A_NAME and _PLAIN.fullmatch(named):
            what = {"what": {"identifier": {"system": f"{_OURS}:hook-instance", "value": named}}}
        detail = [{"type": name, "valueString": value} for name, value in self.of.told.items() if value]
        return _entity(_OBJECT, "24", **what, name=HOOK, detail=detail)

    def _agents(self, first: Json, second: Json) -> list[Json]:
        """Who asked: the user; where the call names none, the machine that asked."""
        user = self._user()
        if user is None:
            return [first | {"requestor": True}, second]
        return [first, second, {"type": {"coding": [_USER]}, "who": user, "requestor": True}]

    def _user(self) -> Json | None:
        said = self.of.call.context.userId or ""
        if not said or len(said) > MOST_OF_A_NAME or not _PLAIN.fullmatch(said):
            return None
        found = _REFERENCE.fullmatch(said)
        return self._reference(said, found["type"]) if found else {"identifier": {"value": said}}

    def _reference(self, to: str, resource_type: str) -> Json:
        """Absolute where it is known at whose server: the sink's own patients are others."""
        relative = self.home and "://" not in to
        return {"reference": f"{self.home}/{to}" if relative else to, "type": resource_type}

    def _address(self, target: str) -> str:
        parts = urlsplit(self.home)
        said = target if len(target) <= MOST_OF_A_TARGET else target.partition("?")[0][:MOST_OF_A_TARGET]
        return f"{parts.scheme}://{parts.netloc}{said}"

    def _who(self) -> Json:
        return {
            "identifier": {"system": _URI, "value": self.here.service},
            "display": f"leg-weakness-cds {self.here.version}",
        }

    def _service(self, role: Json) -> Json:
        return _machine(role, self.here.service, "") | {"who": self._who()}


def _machine(role: Json, address: str, name: str) -> Json:
    who: Json = {"identifier": {"system": _URI, "value": address}} if address else {}
    network = {"network": {"address": address, "type": "5"}} if address else {}
    return {
        "type": {"coding": [role]},
        "who": who | ({"display": name} if name else {}),
        "requestor": False,
        **network,
    }


def _entity(kind: Json, role: str, **more: Any) -> Json:
    coded = {"system": f"{_TERMINOLOGY}/object-role", "code": role, "display": _ROLES[role]}
    return {"type": kind, "role": coded} | more


def _of_sent(sent: Sent) -> Outcome:
    if sent.reason is None:
        return Outcome(SUCCESS)
    return Outcome(SERIOUS if sent.reason in _NO_ANSWER and not sent.came else MINOR, sent.reason.value)


def _outcome(of: Outcome) -> Json:
    return {"outcome": of.code} | ({"outcomeDesc": of.why} if of.why else {})
