"""Diagnostic reports: what was examined, and the conclusion. Never the reason for the request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cards.findings import Finding, Hit, Kind
from cds_service.evidence.codes import Coded
from cds_service.evidence.folding import holds_any
from cds_service.evidence.hits import merged
from cds_service.evidence.observations import effective
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.people import about_the_patient
from cds_service.evidence.thin import Part, listed, load, local, parts, raws, reference_of, state_of
from cds_service.evidence.values import words_of_value


def read_report(opened: OpenResource) -> list[Finding]:
    resource, chart = opened.resource, opened.chart
    if state_of(resource.status) in chart.states["report_void"]:
        return []
    dated = opened.saw(effective(opened))
    name = opened.code(resource.code, name=True)
    study = tuple(hit for hit in chart.weighing.hits(name) if hit.concept in chart.uses.reports)
    conclusion = opened.code(resource.conclusion, report=True)
    codes = opened.code(resource.conclusion_code, report=True)
    results = tuple(_results(opened)) if study else ()
    if name.silent and conclusion.silent and codes.silent:
        return []
    said = [hit for coded in (conclusion, codes, *results) for hit in chart.weighing.hits(coded)]
    diagnoses = tuple(_diagnoses(opened, study))
    told = codes.label if diagnoses else ""
    return opened.finding(
        Kind.REPORT,
        ": ".join(text for text in (name.label or conclusion.label, told) if text),
        chart.uses.of_study(merged((*study, *said, *diagnoses))),
        dated,
        code=name.key,
    )


def _diagnoses(opened: OpenResource, study: Iterable[Hit]) -> Iterator[Hit]:
    """The values that its coded conclusions stand for: G83.4 of a spine is a compressed cauda."""
    uses = opened.chart.uses
    kinds = [kind for hit in study for kind in uses.conclusions.get(hit.concept, ())]
    if not kinds:
        return
    for raw in raws(opened.resource.conclusion_code):
        coded = opened.code(raw)
        for hit in opened.chart.weighing.hits(coded):
            for kind in kinds:
                if value := kind.of(hit.concept, coded.rows):
                    yield replace(hit, concept=value)


def _results(opened: OpenResource) -> Iterator[Coded]:
    """What the observations say that a report refers to as its results, in words."""
    chart = opened.chart
    for reference in listed(load(opened.resource.result)):
        pointed = reference_of(reference)
        if pointed.startswith("#"):
            held = opened.contained(pointed)
            linked = replace(opened, resource=held) if held else None
        else:
            linked = chart.observation(local(pointed))
        if linked is not None and _counts(linked):
            yield from _conclusions(linked, linked.resource)
            for part in parts(linked.resource.component):
                yield from _conclusions(linked, part)


def _counts(linked: OpenResource) -> bool:
    void = linked.chart.states["observation_void"]
    return state_of(linked.resource.status) not in void and about_the_patient(linked)


def _conclusions(linked: OpenResource, part: Part) -> Iterator[Coded]:
    """Not what tells why the report was asked for, nor a name without a word."""
    name = linked.code(part.code, name=True)
    values = linked.chart.knowledge.reading["values"]
    if not name.words or name.not_the_patients or holds_any(name.words, values["not_conclusions"]):
        return
    yield words_of_value(linked, part, report=True)
