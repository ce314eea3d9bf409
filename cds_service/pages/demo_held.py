"""Pasted and changed charts at `/demo/held/<id>`, for the service to fetch as from any FHIR server.

In the development profile only, not for pages of other sites, and only as long as `HeldCharts` keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from cds_service.bench.held import HeldCharts
from cds_service.demo import answers
from cds_service.demo.records import Records
from cds_service.demo.search import find, read_search
from cds_service.errors import NotFound
from cds_service.pages.demo_fhir import FHIR_JSON
from cds_service.pages.guard import refuse_strangers
from cds_service.settings import Settings

PATH = "/demo/held"


def demo_held(
    settings: Settings, address: str, charts: HeldCharts, clock: Callable[[], datetime]
) -> Blueprint:
    """The pages; `address` is where the service is reached on this machine."""
    pages = Blueprint("demo_held", __name__, url_prefix=PATH)
    pages.before_request(refuse_strangers(settings))

    @pages.get("/<chart>/<resource_type>/<identity>")
    def read(chart: str, resource_type: str, identity: str) -> Response:
        held = _chart(chart).get(resource_type, {}).get(identity)
        if held is None:
            raise NotFound(f"There is no {resource_type} with this id. Search for what there is.")
        return _fhir(held.resource)

    @pages.get("/<chart>/<resource_type>")
    def search(chart: str, resource_type: str) -> Response:
        records = _chart(chart)
        understood = read_search(resource_type, request.args.items(multi=True), clock())
        return _fhir(answers.searchset(understood, find(understood, records), f"{address}{PATH}/{chart}"))

    def _chart(identity: str) -> Records:
        records = charts.get(identity)
        if records is None:
            raise NotFound("There is no such chart, or no longer. Open it on the test bench again.")
        return records

    @pages.after_request
    def as_fhir(response: Response) -> Response:
        if response.mimetype == "application/json":
            response.mimetype = FHIR_JSON
        return response

    return pages


def _fhir(resource: Any) -> Response:
    return Response(msgspec.json.encode(resource), mimetype=FHIR_JSON)
