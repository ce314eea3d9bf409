"""How a chart led to its cards, for machines: the findings, features and rules as ids, the cards as sent."""

from __future__ import annotations

from typing import Any

from cards.facts import Answer as Known
from cards.facts import Fact
from cards.findings import Finding, When
from cds_service import hooks
from cds_service.explained import Explained


def as_json(told: Explained) -> dict[str, Any]:
    """The whole chain for machines; the cards as an EHR would get them."""
    done = told.done
    answer = hooks.response(told.call.hookInstance, done.cards, done.extension, told.knowledge)
    facts = done.assessment.facts if done.assessment else ()
    shown = {
        "patient": told.call.context.patientId,
        "findings": [_finding_json(each) for each in done.chart.findings],
        "features": [_fact_json(each) for each in facts if each.answer is not Known.NOT_RECORDED],
        "redFlagsFired": list(done.assessment.fired) if done.assessment else [],
        "notAssessed": [{"what": each.what, "why": each.why} for each in told.unread],
        "failedStages": list(done.failed_stages),
        **answer,
    }
    if told.departures is not None:
        shown["notConformant"] = [
            {"resource": each.resource, "path": each.path, "what": each.what} for each in told.departures
        ]
    return shown


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "resource": finding.source.reference,
        "label": finding.label,
        "when": _span(finding.when),
        "concepts": [{"id": hit.concept, "stance": hit.stance.value} for hit in finding.hits],
        "value": finding.quantity.shown if finding.quantity else None,
    }


def _fact_json(fact: Fact) -> dict[str, Any]:
    resources = [finding.source.reference for finding in fact.findings]
    return {"id": fact.feature, "answer": fact.answer.value, "value": fact.value, "resources": resources}


def _span(when: When | None) -> str | None:
    """The moment, or both ends of the span that a vague date stands for."""
    if when is None:
        return None
    first, last = when.earliest.isoformat(timespec="minutes"), when.latest.isoformat(timespec="minutes")
    return first if first == last else f"{first} to {last}"
