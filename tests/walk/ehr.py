"""The hospital's EHR: it knows the service by its registration sheet alone, and signs what it sends."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cds_service import fixtures

Json = dict[str, Any]
CANARY = "qzwalk"
"""In ids and names of patients, in tokens and passwords: it may be found in no log."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: Any
    request: str
    """The id under which the log has it."""

    @property
    def cards(self) -> list[Json]:
        assert self.status == 200, self
        found: list[Json] = self.body["cards"]
        return found

    @property
    def topics(self) -> list[str]:
        return [f"{card['source']['topic']['code']} {card['indicator']}" for card in self.cards]

    @property
    def error(self) -> str:
        found: str = self.body["issue"][0]["details"]["coding"][0]["code"]
        return found


class Signer:
    """A private key, and the tokens made with it."""

    def __init__(self, issuer: str, kid: str) -> None:
        self.issuer, self.kid = issuer, kid
        self._key = ec.generate_private_key(ec.SECP384R1())

    def publish(self, file: Path) -> None:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        file.write_text(json.dumps({"keys": [public | {"kid": self.kid, "use": "sig"}]}))

    def keep(self, file: Path) -> None:
        file.write_bytes(self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def token(self, audience: str, **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": audience, "iat": now, "exp": now + 300}
        claims |= {"jti": f"{CANARY}-{uuid4()}"} | changes
        return jwt.encode(claims, self._key, "ES384", headers={"kid": self.kid})


@dataclass
class Ehr:
    """As its analysts set it up from the sheet (`register generic --json`)."""

    signer: Signer
    sheet: Json = field(default_factory=dict)

    def call(
        self, chart: str, number: int = 0, *, without: Iterable[str] = (), more: Iterable[Json] = ()
    ) -> Json:
        """A hook call for a patient of its own with the record of that fixture.

        `without` are keys whose searches the EHR could not make; `more` are resources besides.
        """
        record = renamed(chart, number)
        patient = next(each["id"] for each in record if each["resourceType"] == "Patient")
        record += [each | {"subject": {"reference": f"Patient/{patient}"}} for each in more]
        prefetch = {
            row["key"]: _found(row["query"], record)
            for row in self.sheet["prefetch"]
            if row["key"] not in without
        }
        call = {
            "hook": self.sheet["hook"],
            "hookInstance": str(uuid4()),
            "context": {"userId": f"Practitioner/{CANARY}-user", "patientId": patient},
            "prefetch": prefetch,
        }
        if not without:
            access = {"access_token": f"{CANARY}-access", "token_type": "Bearer", "expires_in": 300}
            access |= {"scope": " ".join(row["v1"] for row in self.sheet["scopes"]), "subject": "cds"}
            call |= {"fhirServer": self.sheet["fhirServers"][0], "fhirAuthorization": access}
        return call

    def posts(self, body: Json, to: str = "endpoint", token: str | None = None) -> Answer:
        address = self.sheet["addresses"][to]
        return ask("POST", address, body, token or self.signer.token(address))

    def opens(self, chart: str, number: int = 0, **how: Any) -> Answer:
        """A clinician opens a chart."""
        return self.posts(self.call(chart, number, **how))

    def overrides(self, card: Json, reason: Json) -> Answer:
        """As Epic and others send it, with the reason of the card."""
        item = {"card": card["uuid"], "outcome": "overridden", "overrideReason": {"reason": reason}}
        item["outcomeTimestamp"] = datetime.now(UTC).isoformat(timespec="seconds")
        return self.posts({"feedback": [item]}, "feedback")


def renamed(chart: str, number: int) -> list[Json]:
    """The resources of a fixture, as those of a patient with another id and name."""
    whole = json.dumps(fixtures.chart(chart, datetime.now(UTC)))
    whole = whole.replace("lw-", f"{CANARY}{number}-").replace('"Synthetic"', f'"{CANARY}"')
    return [entry["resource"] for entry in json.loads(whole)["entry"]]


def _found(query: str, record: Iterable[Json]) -> Json | None:
    """What the EHR's own server answers to a search of the sheet, or to the read of the patient."""
    kind, _, rest = query.partition("?")
    if not rest:
        return next((each for each in record if each["resourceType"] == kind.partition("/")[0]), None)
    assert "patient={{context.patientId}}" in rest, query
    entries = [{"resource": each} for each in record if each["resourceType"] == kind]
    bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return bundle | ({"entry": entries} if entries else {})


def ask(method: str, address: str, body: Mapping[str, Any] | None = None, token: str | None = None) -> Answer:
    """One call on a connection of its own, so that any worker may answer it."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request(method, parts.path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    read = response.read()
    is_json = "json" in response.headers.get("Content-Type", "")
    answer = Answer(
        response.status,
        json.loads(read) if is_json else read.decode(),
        response.headers.get("X-Request-Id", ""),
    )
    connection.close()
    return answer
