"""Charts and calls full of words that are found again wherever they should not be.

Three stems tell what may happen to a word. All else in a chart stays as it is, so that it is read as before.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

SECRET = "qzkanary"
"""In names, addresses, tokens, extensions, other people's data ...: nowhere at all."""
IDENTITY = "qzident"
"""In ids: on the wire in `evidence` and where a part is named that was not assessed; nowhere else."""
SPOKEN = "qzspoken"
"""In words that the service reads: on the card of this patient; nowhere else."""
BORN = "1937-04-19"
"""A birth date: nowhere at all."""

_numbers = itertools.count(1)
Json = dict[str, Any]


def secret(of: str = "") -> str:
    """A new word such as `qzkanary17name`."""
    return f"{SECRET}{next(_numbers)}{of}"


def spoken(words: str = "") -> str:
    return f"{words} {SPOKEN}{next(_numbers)}".strip()


def url(of: str = "") -> str:
    return f"https://{secret(of)}.example/{secret('path')}?patient={secret('query')}"


def _person() -> Json:
    """Who a patient is, as far as FHIR has a member for it."""
    return {
        "identifier": [
            {"system": url("mrn"), "value": secret("mrn"), "assigner": {"display": secret("hospital")}}
        ],
        "name": [{"family": secret("family"), "given": [secret("given")], "text": secret("name")}],
        "telecom": [
            {"system": "phone", "value": secret("phone")},
            {"system": "email", "value": f"{secret()}@x.example"},
        ],
        "address": [
            {
                "line": [secret("street")],
                "city": secret("city"),
                "postalCode": secret("zip"),
                "text": secret(),
            }
        ],
        "contact": [{"name": {"family": secret("next of kin")}, "telecom": [{"value": secret("phone")}]}],
        "photo": [{"url": url("photo"), "title": secret("photo"), "data": secret("data")}],
        "generalPractitioner": [{"reference": f"Practitioner/{secret()}", "display": secret("doctor")}],
        "maritalStatus": {"text": secret("marital")},
        "communication": [{"language": {"text": secret("language")}}],
        "managingOrganization": {"display": secret("organisation")},
    }


def _everywhere() -> Json:
    """What any resource may carry and the service has no use for."""
    extension = [
        {"url": url("extension"), "valueString": secret("extension")},
        {"url": secret(), "valueUri": url()},
    ]
    return {
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{secret("div")}</div>',
        },
        "extension": extension,
        "meta": {
            "source": url("source"),
            "profile": [url("profile")],
            "tag": [{"display": secret("tag")}],
            "versionId": secret(),
        },
        "language": secret("language"),
        "identifier": [{"system": url("system"), "value": secret("identifier")}],
        "contained": [
            {"resourceType": "Practitioner", "id": "one"} | _person(),
            {"resourceType": "RelatedPerson", "id": "two", "birthDate": BORN} | _person(),
        ],
    }


_MORE: dict[str, Json] = {
    "Condition": {"recorder": "who", "asserter": "who", "evidence": "concepts", "stage": "summaries"},
    "Observation": {"performer": "whos", "device": "who", "specimen": "who", "derivedFrom": "whos"},
    "DiagnosticReport": {
        "performer": "whos",
        "presentedForm": "files",
        "media": "media",
        "imagingStudy": "whos",
    },
    "MedicationRequest": {"requester": "who", "recorder": "who", "groupIdentifier": "identifier"},
    "MedicationStatement": {"informationSource": "who"},
    "MedicationAdministration": {"performer": "actors"},
    "Procedure": {"performer": "actors", "location": "who", "recorder": "who"},
    "Immunization": {"performer": "actors", "lotNumber": "word", "location": "who", "education": "files"},
    "Encounter": {"participant": "individuals", "serviceProvider": "who", "account": "whos"},
    "QuestionnaireResponse": {"author": "who", "source": "who"},
}


def _filled(kind: str) -> Any:
    who = {
        "reference": f"Practitioner/{secret()}",
        "display": secret("who"),
        "identifier": {"value": secret()},
    }
    file = {
        "url": f"file:///{secret('file')}",
        "title": secret("title"),
        "data": secret("data"),
        "contentType": "text/plain",
    }
    return {
        "who": who,
        "whos": [who],
        "actors": [{"actor": who}],
        "individuals": [{"individual": who}],
        "concepts": [{"detail": [who]}],
        "summaries": [{"assessment": [who]}],
        "files": [file],
        "media": [{"comment": secret("comment"), "link": who}],
        "identifier": {"value": secret()},
        "word": secret(),
    }[kind]


_READ = {"text", "display", "conclusion", "valueString", "note", "patientInstruction", "comment"}
"""Members whose text the service may read and put on the patient's card."""


class Planter:
    """Plants words in the resources of one chart; ids are renamed alike in every reference."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def identity(self, old: str) -> str:
        return self._ids.setdefault(old, f"{IDENTITY}-{next(_numbers)}")

    def resource(self, given: Json) -> Json:
        planted: Json = self._walk(given)
        planted["id"] = self.identity(given.get("id", ""))
        kind = given["resourceType"]
        planted |= {name: value for name, value in _everywhere().items() if name not in planted}
        planted |= {name: _filled(what) for name, what in _MORE.get(kind, {}).items() if name not in planted}
        for name in ("subject", "patient", "encounter"):
            if isinstance(planted.get(name), dict):
                planted[name] |= {"display": secret(name), "identifier": {"value": secret(name)}}
        return planted | (_person() if kind == "Patient" else {})

    def _walk(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._walk(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._walk(each, name) for each in value]
        if not isinstance(value, str):
            return value
        if name in _READ:
            return spoken(value)
        if name == "reference" and (found := re.fullmatch(r"(\w+/)(\S+)", value)):
            return found[1] + self.identity(found[2])
        return value

    def call(self, given: Json, **changes: Any) -> Json:
        """The whole hook call, with everything about the user and the access too."""
        keys = {
            key: self.resource(value)
            if value.get("resourceType") == "Patient"
            else value
            | {
                "entry": [
                    each | {"resource": self.resource(each["resource"])} for each in value.get("entry", ())
                ]
            }
            for key, value in given["prefetch"].items()
            if isinstance(value, dict)
        }
        strangers = {
            "resourceType": "Condition",
            "id": secret("id"),
            "subject": {"reference": f"Patient/{secret()}"},
        }
        strangers |= {"code": {"text": f"weakness of both legs {secret('of another patient')}"}}
        keys[secret("key")] = {
            "resourceType": "Bundle",
            "entry": [{"resource": strangers, "fullUrl": url("full")}],
        }
        return {
            "hook": "patient-view",
            "hookInstance": f"{secret('hook')}-instance",
            "context": {
                "patientId": self.identity(given["context"]["patientId"]),
                "userId": f"Practitioner/{secret('user')}",
                "encounterId": secret("encounter"),
                secret("context"): secret("context"),
            },
            "fhirServer": url("fhir"),
            "fhirAuthorization": token(),
            "prefetch": keys,
            "extension": {secret("vendor"): {"value": secret("vendor")}},
            secret("member"): secret("member"),
        } | changes


def token(**changes: Any) -> Json:
    return {
        "access_token": secret("access"),
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": f"patient/*.rs {secret('scope')}",
        "subject": secret("subject"),
    } | changes


def headers() -> dict[str, str]:
    """Of a call, each with a word of its own."""
    return {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {secret('jwt')}.e30.{secret('signature')}",
        "User-Agent": secret("agent"),
        "Referer": url("referer"),
        "X-Forwarded-For": secret("forwarded"),
        "X-Request-Id": secret("request"),
        "Cookie": f"session={secret('cookie')}",
        "Origin": f"https://{secret('origin')}.example",
        secret("header"): secret("value"),
    }


def fully_written(subject: str) -> Iterator[Json]:
    """One resource of each type with a text in every member that the service reads; some lead to cards."""
    now = "2026-11-22T10:00:00Z"
    who = {"reference": f"Patient/{subject}"}
    concept = {
        "text": "weakness of both legs",
        "coding": [{"system": "http://snomed.info/sct", "code": "1", "display": "weak legs"}],
    }
    note = [{"text": "new urinary retention", "authorString": secret("author")}]
    common: Json = {"status": "completed", "note": note}
    by_type: dict[str, Json] = {
        "Condition": {"code": concept, "onsetString": spoken("two days"), "bodySite": [concept]},
        "Observation": {
            "code": concept,
            "valueString": "weak",
            "interpretation": [concept],
            "component": [{"code": concept, "valueCodeableConcept": concept}],
            "effectiveDateTime": now,
        },
        "DiagnosticReport": {
            "code": concept,
            "conclusion": "cord compression",
            "conclusionCode": [concept],
            "effectiveDateTime": now,
        },
        "MedicationRequest": {
            "medicationCodeableConcept": concept,
            "dosageInstruction": [{"text": "5 mg", "patientInstruction": "x"}],
            "reasonCode": [concept],
            "authoredOn": now,
        },
        "MedicationStatement": {"medicationCodeableConcept": concept, "dosage": [{"text": "5 mg"}]},
        "MedicationAdministration": {"medicationCodeableConcept": concept, "dosage": {"text": "5 mg"}},
        "Procedure": {"code": concept, "performedDateTime": now, "complication": [concept]},
        "Immunization": {"vaccineCode": concept, "occurrenceDateTime": now, "reasonCode": [concept]},
        "Encounter": {"reasonCode": [concept], "type": [concept], "period": {"start": now}},
        "QuestionnaireResponse": {
            "authored": now,
            "item": [{"text": "legs weak?", "answer": [{"valueString": "yes"}]}],
        },
    }
    for kind, more in by_type.items():
        yield {"resourceType": kind, "id": f"{kind}-full", "subject": who, "patient": who} | common | more


def leaked(text: str | bytes, stems: Iterable[str] = (SECRET, IDENTITY, SPOKEN, BORN)) -> list[str]:
    """Every planted word in a text, whatever its case, with what stands around it."""
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    either = "|".join(map(re.escape, stems))
    return [
        text[max(0, hit.start() - 60) : hit.end() + 40] for hit in re.finditer(either, text, re.IGNORECASE)
    ]


def leaked_by_answer(body: str) -> list[str]:
    """Words in an answer that do not belong there: on a card, its patient's own ids and words do."""
    cards = json.loads(body).get("cards", []) if body.startswith('{"cards"') else []
    if not cards:
        return leaked(body)
    found = leaked(body, (SECRET, BORN))
    for card in cards:
        extension, rest = (
            card.get("extension", {}),
            {k: v for k, v in card.items() if k not in {"detail", "summary", "extension"}},
        )
        found += leaked(json.dumps(extension), (SPOKEN,)) + leaked(json.dumps(rest))
        found += leaked(card["summary"], (IDENTITY,))
    return found
