"""A sample call of a synthetic patient and the answer that the service really gives to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from cds_service import fixtures, hooks
from cds_service.answer import Desk, answer
from cds_service.wanted import Wanted

SYNTHETIC = "sciatica-with-saddle-numbness"
"""A chart that must give a critical card (possible cauda equina compression)."""


class Sample(Struct, frozen=True, rename="camel"):
    """What goes, and what comes back."""

    fixture: str
    as_of: str
    request: dict[str, Any]
    answer: dict[str, Any]
    explained: str
    """How the request differs from one that the EHR sends."""


def sample(desk: Desk, now: datetime, *, with_prefetch: bool) -> Sample:
    """With the prefetch keys of the desk's client, or as a call for which the service fetches."""
    asked = fixtures.call(SYNTHETIC, now)
    resources = [entry["resource"] for entry in fixtures.chart(SYNTHETIC, now)["entry"]]
    request = asked | {"prefetch": prefetch(resources, desk.wanted)}
    call = hooks.open_call(msgspec.json.encode(request))
    done = answer(call, desk, fixtures.moment(now))
    given = hooks.response(call.hookInstance, done.cards, done.extension, desk.knowledge, desk.links)
    explained = "A synthetic patient, marked HTEST. An EHR also sends fhirServer and fhirAuthorization."
    if not with_prefetch:
        request = {name: value for name, value in request.items() if name != "prefetch"} | _access(desk)
        explained = (
            "A synthetic patient. The call has no prefetch: the answer is the one to the same chart, fetched."
        )
    return Sample(SYNTHETIC, fixtures.moment(now).isoformat(), request, given, explained)


def prefetch(resources: Sequence[Mapping[str, Any]], wanted: Sequence[Wanted]) -> dict[str, Any]:
    """What an EHR sends that can do each of the searches."""
    found: dict[str, Any] = {}
    for each in wanted:
        only = parse_qs(urlsplit(each.template).query).get("category")
        fitting = [one for one in resources if only is None or set(only) & _categories(one)]
        found |= fixtures.prefetch_from(fitting, {each.key: {each.resource_type}})
    return found


def _categories(resource: Mapping[str, Any]) -> set[str]:
    """Codes; `category` is a list, of some resources an object."""
    given = resource.get("category", [])
    listed = given if isinstance(given, list) else [given]
    return {coding["code"] for each in listed for coding in each.get("coding", ()) if "code" in coding}


def _access(desk: Desk) -> dict[str, Any]:
    server = next(iter(desk.client.fhir_servers), "https://ehr.example/r4")
    types = dict.fromkeys(each.resource_type for each in desk.wanted)
    return {
        "fhirServer": server,
        "fhirAuthorization": {
            "access_token": "(the access token that the EHR issues for this call)",
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": " ".join(f"patient/{each}.read" for each in types),
            "subject": "(the client id of the service at the EHR)",
        },
    }
