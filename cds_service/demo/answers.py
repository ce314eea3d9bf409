"""What the demo server sends: searches as Bundles, and what it is able to as a CapabilityStatement."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from cds_service.demo.parameters import SEARCHED, Searched
from cds_service.demo.search import Page, Search


def searchset(search: Search, page: Page, base: str) -> dict[str, Any]:
    """The Bundle for one page; `base` is the address of the server."""
    address = f"{base}/{search.resource_type}"
    links = [_link("self", address, search.asked, search.page)]
    if page.next:
        links.append(_link("next", address, search.asked, page.next))
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": page.total,
        "link": links,
    }
    if page.resources:  # FHIR JSON has no empty arrays
        bundle["entry"] = [
            {"fullUrl": f"{address}/{each['id']}", "resource": each, "search": {"mode": "match"}}
            for each in page.resources
        ]
    return bundle


def _link(relation: str, address: str, asked: list[tuple[str, str]], page: str | None) -> dict[str, str]:
    asked = [*asked, *([("_page", page)] if page else [])]
    return {"relation": relation, "url": f"{address}?{urlencode(asked)}" if asked else address}


def capabilities(base: str, moment: datetime) -> dict[str, Any]:
    """What the server answers, made from the same table as its answers."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": moment.isoformat(),
        "kind": "instance",
        "software": {"name": "leg-weakness-cds, demo patients"},
        "implementation": {
            "description": "Synthetic charts to try the service on: read and search, no writing.",
            "url": base,
        },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "A search with another parameter than those listed is refused.",
                "resource": [_resource(name, searched) for name, searched in SEARCHED.items()],
            }
        ],
    }


def _resource(name: str, searched: Searched) -> dict[str, Any]:
    parameters = [{"name": each, "type": of.kind} for each, of in searched.parameters.items()]
    sorting = {"documentation": "Sorts by date: _sort=date and _sort=-date."} if searched.date else {}
    interaction = [{"code": "read"}, {"code": "search-type"}]
    return {"type": name, **sorting, "interaction": interaction, "searchParam": parameters}
