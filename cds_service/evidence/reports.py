"""Diagnostic reports: what was examined, and the conclusion. Never the reason for the request."""

from __future__ import annotations

from cards.findings import Finding, Kind
from cds_service.evidence.hits import merged
from cds_service.evidence.observations import effective
from cds_service.evidence.open_chart import Record
from cds_service.evidence.thin import state_of


def read_report(record: Record) -> list[Finding]:
    resource, chart = record.resource, record.chart
    if state_of(resource.status) in chart.states["report_void"]:
        return []
    dated = record.saw(effective(record))
    name = record.code(resource.code, name=True)
    conclusion = record.code(resource.conclusion, report=True)
    codes = record.code(resource.conclusion_code, report=True)
    if name.silent and conclusion.silent and codes.silent:
        return []
    study = tuple(hit for hit in chart.weighing.hits(name) if hit.concept in chart.uses.reports)
    said = (*chart.weighing.hits(conclusion), *chart.weighing.hits(codes))
    return record.finding(
        Kind.REPORT, name.label or conclusion.label, merged((*study, *said)), dated, code=name.key
    )
