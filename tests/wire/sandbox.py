"""What the CDS Hooks sandbox does, step by step as it was watched in a browser, without the browser.

Measured with the sandbox of March 2026: which requests it sends, with which headers, and what of the answers
it needs. Where the sandbox cannot go on, an assertion fails here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ORIGIN = "http://localhost:8080"
USER = "Practitioner/COREPRACTITIONER1"
# It signs anew for each address; a service without verification is shown the form only.
TOKEN = "Bearer eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl"
OLD_FHIR = {"Accept": "application/json+fhir"}
FORM = "application/x-www-form-urlencoded;charset=utf-8"
_TOKEN = re.compile(r"\{\{\s*(.*?)\s*\}\}")


@dataclass(slots=True)
class Sandbox:
    """A browser window with the sandbox in it; `client` reaches every address."""

    client: FlaskClient
    fhir_server: str = ""
    patient: str = ""
    services: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """The prefetch templates by the address of each service."""

    def change_fhir_server(self, base: str) -> None:
        statement = self._get(f"{base}/metadata", OLD_FHIR).get_json()
        assert statement["fhirVersion"].startswith("4.")
        self.fhir_server = base

    def patients(self) -> dict[str, str]:
        """The list of 'Change Patient': name by id. One patient without a given name breaks it for all."""
        found = self._get(f"{self.fhir_server}/Patient", OLD_FHIR).get_json()
        assert found["total"] > 0
        return {
            each["resource"]["id"]: f"{' '.join(each['resource']['name'][0]['given'])} "
            f"{each['resource']['name'][0]['family']}"
            for each in found["entry"]
        }

    def change_patient(self, identity: str) -> None:
        patient = self._get(f"{self.fhir_server}/Patient/{identity}", OLD_FHIR).get_json()
        assert patient["resourceType"] == "Patient"
        conditions = self._get(f"{self.fhir_server}/Condition?patient={identity}", OLD_FHIR).get_json()
        assert "total" in conditions, "without it the sandbox ignores the conditions"
        self.patient = identity

    def add_services(self, discovery: str) -> None:
        """Discovery carries a token, so a browser asks first."""
        self._preflight(discovery, "GET", "authorization")
        answer = self._get(discovery, {"Accept": "application/json", "Authorization": TOKEN})
        services = answer.get_json()["services"]
        assert services, "an empty list counts as a failure"
        for each in services:
            self.services[f"{discovery}/{each['id']}"] = each.get("prefetch", {})

    def call(self, service: str) -> dict[str, Any]:
        """What is sent to the service for the open patient."""
        prefetch = {
            key: value
            for key, template in self.services[service].items()
            if (value := self._prefetched(template)) is not None
        }
        return {
            "hookInstance": str(uuid4()),
            "hook": "patient-view",
            "fhirServer": self.fhir_server,
            "context": {"patientId": self.patient, "userId": USER},
        } | ({"prefetch": prefetch} if prefetch else {})

    def cards(self, service: str) -> list[dict[str, Any]]:
        """Press the Patient View tab."""
        answer = self._post(service, self.call(service))
        assert answer.status_code == 200, answer.text
        cards: list[dict[str, Any]] = answer.get_json()["cards"]
        return cards

    def dismiss(
        self, service: str, card: Mapping[str, Any], reason: Mapping[str, str] | None
    ) -> TestResponse:
        """Press Dismiss, with one of the reasons of the card or without."""
        outcome = {
            "card": card["uuid"],
            "outcome": "overridden",
            "outcomeTimestamp": "2026-11-20T14:41:00.000Z",
        } | ({"overrideReason": {"reason": dict(reason)}} if reason else {})
        return self._post(f"{service}/feedback", {"feedback": [outcome]})

    def _prefetched(self, template: str) -> Any:
        """None where a template cannot be filled or the server refuses: then the key is left out."""
        filled = template.replace("{{context.patientId}}", self.patient)
        if _TOKEN.search(filled):
            return None
        kind, _, query = filled.partition("?")
        address = f"{self.fhir_server}/{kind}"
        # A parameter that stands twice becomes one, its values joined by a comma.
        asked = urlencode({name: ",".join(values) for name, values in parse_qs(query).items()})
        answer = self.client.get(_path(address), headers=OLD_FHIR | {"Origin": ORIGIN}) if not query else None
        if answer is None:
            headers = OLD_FHIR | {"Origin": ORIGIN}
            answer = self.client.post(
                f"{_path(address)}/_search", data=asked, content_type=FORM, headers=headers
            )
            if answer.status_code >= 400:
                answer = self.client.get(f"{_path(address)}?{asked}", headers=headers)
        _readable(answer)
        return answer.get_json() if answer.status_code < 400 else None

    def _get(self, address: str, headers: Mapping[str, str]) -> TestResponse:
        answer = self.client.get(_path(address), headers={**headers, "Origin": ORIGIN})
        assert answer.status_code == 200, answer.text
        return _readable(answer)

    def _post(self, address: str, body: Any) -> TestResponse:
        self._preflight(address, "POST", "authorization,content-type")
        headers = {"Accept": "application/json", "Authorization": TOKEN}
        headers |= {"Origin": ORIGIN, "Referer": f"{ORIGIN}/"}
        return _readable(self.client.post(_path(address), json=body, headers=headers))

    def _preflight(self, address: str, method: str, headers: str) -> None:
        """What the browser asks by itself; any answer but a plain success ends the matter."""
        asks = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
        answer = self.client.options(_path(address), headers={"Origin": ORIGIN} | asks)
        assert 200 <= answer.status_code < 300, "It does not have HTTP ok status"
        _readable(answer)
        allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
        assert set(headers.split(",")) <= set(allowed)
        assert method in answer.headers["Access-Control-Allow-Methods"]


def _readable(answer: TestResponse) -> TestResponse:
    """Without this header the browser hides the answer from the page, a refusal too."""
    assert answer.headers["Access-Control-Allow-Origin"] in {"*", ORIGIN}
    return answer


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
