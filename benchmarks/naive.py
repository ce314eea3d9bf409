"""The service that one would write first: validate every Bundle with fhir.resources, then look for codes.

It does far less than the product (no text, no dates, no rules): it shows what validation alone costs.
"""

from __future__ import annotations

from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from flask import Flask, request

from cards import knowledge

LOOKED_FOR = ("cs_paraparesis", "cs_leg_weakness", "cs_saddle_sensory", "cs_urinary_retention")


def create_app() -> Flask:
    """The naive service; it answers at the address of the real one."""
    content = knowledge.load()
    alarming = {
        (content.system_urls[row.system], row.code)
        for row in content.codes.rows
        if row.concept in LOOKED_FOR and row.match == "exact"
    }
    app = Flask(__name__, static_folder=None)

    @app.post("/cds-services/leg-weakness")
    def hook_call() -> dict[str, Any]:
        found = []
        for value in request.get_json()["prefetch"].values():
            if value is None:
                continue
            model = get_fhir_model_class(value["resourceType"]).model_validate(value)
            for resource in _resources(model):
                found += [coding.display for coding in _codings(resource) if _key(coding) in alarming]
        return {"cards": [_card(found)] if found else []}

    return app


def _resources(model: Any) -> list[Any]:
    if model.get_resource_type() != "Bundle":
        return [model]
    return [entry.resource for entry in model.entry or ()]


def _codings(resource: Any) -> list[Any]:
    return list(getattr(getattr(resource, "code", None), "coding", None) or ())


def _key(coding: Any) -> tuple[str, str]:
    return coding.system, coding.code


def _card(found: list[str]) -> dict[str, Any]:
    return {
        "summary": f"Leg weakness: {len(found)} entries",
        "detail": "; ".join(found[:5]),
        "indicator": "warning",
        "source": {"label": "naive"},
    }
