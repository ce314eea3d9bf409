"""Diagnostic reports: what was examined, and the conclusion. Never the reason for the request."""

from __future__ import annotations

from cards.findings import Finding, Kind
from cds_service.evidence.hits import merged
from cds_service.evidence.observations import effective
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.thin import state_of


def read_report(opened: OpenResource) -> list[Finding]:
    resource, chart = opened.resource, opened.chart
    if state_of(resource.status) in chart.states["report_void"]:
        return []
    dated = opened.saw(effective(opened))
    name = opened.code(resource.code, name=True)
    conclusion = opened.code(resource.conclusion, report=True)
    codes = opened.code(resource.conclusion_code, report=True)
    if name.silent and conclusion.silent and codes.silent:
        return []
    study = tuple(hit for hit in chart.weighing.hits(name) if hit.concept in chart.uses.reports)
    said = (*chart.weighing.hits(conclusion), *chart.weighing.hits(codes))
    return opened.finding(
        Kind.REPORT, name.label or conclusion.label, merged((*study, *said)), dated, code=name.key
    )
