"""A hospital with codes of its own: its files, and the service that has them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from cds_service.app import create_app
from cds_service.settings import Settings
from tests.clinical import bedside

Json = dict[str, Any]

SITE = "https://codes.hospital.example/findings"
_SERVICES: dict[str, FlaskClient] = {}
"""By the text of their files: a service takes seconds to be made."""

CONCEPT = "urn:x-leg-weakness-cds:concept"
FEATURE = "urn:x-leg-weakness-cds:feature"


def element(code: str, target: str, equivalence: str = "equivalent", **more: Any) -> Json:
    return {"code": code, "target": [{"code": target, "equivalence": equivalence} | more]}


def group(*elements: Json, target: str | None = CONCEPT, source: str | None = SITE) -> Json:
    given = {"source": source, "target": target, "element": list(elements)}
    return {name: value for name, value in given.items() if value is not None}


def concept_map(*groups: Json, **more: Any) -> Json:
    made = {"resourceType": "ConceptMap", "name": "Ours", "version": "1.2", "status": "active"}
    return made | {"group": list(groups)} | more


def value_set(meant: tuple[str, str], codes: Iterable[str], **more: Any) -> Json:
    focus = {"coding": [{"system": meant[0], "code": meant[1]}]}
    return {
        "resourceType": "ValueSet",
        "name": "List",
        "status": "active",
        "useContext": [{"code": {"code": "focus"}, "valueCodeableConcept": focus}],
        "compose": {"include": [{"system": SITE, "concept": [{"code": code} for code in codes]}]},
    } | more


def written(folder: Path, *files: Json) -> Path:
    """The files in a folder of their own."""
    for number, file in enumerate(files, 1):
        (folder / f"codes-{number}.json").write_text(json.dumps(file))
    return folder


def answer(local: Path | None, record: list[Json], **settings: Any) -> Json:
    """What the service answers over HTTP, with these files or without any."""
    files = sorted(local.glob("*.json")) if local else []
    known = json.dumps([[file.read_text() for file in files], settings])
    if known not in _SERVICES:
        paths = (local,) if local else ()
        made = create_app(Settings(local_codes=paths, database_url="none", **settings), bedside.now)
        _SERVICES[known] = made.test_client()
    response = _SERVICES[known].post("/cds-services/leg-weakness", json=bedside.call_for(record))
    assert response.status_code == 200, response.text
    found: Json = response.get_json()
    return found


def assessed(local: Path | None, record: list[Json], **settings: Any) -> Json:
    return bedside.assessment_of(answer(local, record, **settings)["cards"])


def red_flags(local: Path | None, record: list[Json], **settings: Any) -> dict[str, str]:
    flags = assessed(local, record, **settings).get("redFlags", [])
    return {flag["id"]: flag["indicator"] for flag in flags}


def coded(code: str, display: str | None = None, system: str = SITE) -> Json:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]}
