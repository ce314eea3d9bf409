"""The demo FHIR server at `/demo/fhir`, in the development profile only: the fixture patients, to be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from cds_service.demo import answers
from cds_service.demo.records import full_hour, records
from cds_service.demo.search import find, known, read_search
from cds_service.errors import NotFound, WrongMediaType

PATH = "/demo/fhir"
FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
ALLOWED_HEADERS = ("Accept", "Authorization", "Cache-Control", "Content-Type", "Prefer", "X-Requested-With")
"""What FHIR clients in a browser send; an open server has no use for most of it, but a preflight asks."""


def demo_fhir(own_address: str, clock: Callable[[], datetime]) -> Blueprint:
    """The pages; `own_address` is that of the service, never what a `Host` header says."""
    pages = Blueprint("demo_fhir", __name__, url_prefix=PATH)
    base = f"{own_address}{PATH}"

    @pages.get("/metadata")
    def metadata() -> Response:
        return _fhir(answers.capabilities(base, full_hour(clock())))

    @pages.get("/<resource_type>/<identity>")
    def read(resource_type: str, identity: str) -> Response:
        known(resource_type)
        held = records(full_hour(clock())).get(resource_type, {}).get(identity)
        if held is None:
            raise NotFound(f"There is no {resource_type} with this id. Search for what there is.")
        return _fhir(held.resource)

    @pages.get("/<resource_type>")
    def search(resource_type: str) -> Response:
        return _found(resource_type, [])

    @pages.post("/<resource_type>/_search")
    def search_by_form(resource_type: str) -> Response:
        if request.mimetype != FORM:
            raise WrongMediaType(f"Content-Type: a search is posted as {FORM}.")
        return _found(resource_type, list(request.form.items(multi=True)))

    def _found(resource_type: str, posted: list[tuple[str, str]]) -> Response:
        asked = [*request.args.items(multi=True), *posted]
        understood = read_search(resource_type, asked, clock())
        return _fhir(answers.searchset(understood, find(understood), base))

    @pages.after_app_request
    def as_fhir(response: Response) -> Response:
        """Refusals too, also where no page was found."""
        if request.path.startswith(f"{PATH}/") and response.mimetype == "application/json":
            response.mimetype = FHIR_JSON
        return response

    return pages


def _fhir(resource: Any) -> Response:
    return Response(msgspec.json.encode(resource), mimetype=FHIR_JSON)
