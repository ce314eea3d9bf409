"""A name with its value: an observation, one of its components, a question with an answer."""

from __future__ import annotations

from datetime import datetime

from cards.findings import Finding, Hit, Kind
from cds_service.evidence import results
from cds_service.evidence.asked import (
    ability,
    by_bare_name,
    interpreted,
    is_wordless,
    measurable,
    names_nothing,
    unable,
    with_grade,
    with_number_among_words,
)
from cds_service.evidence.codes import Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.events import as_reason
from cds_service.evidence.folding import holds_any
from cds_service.evidence.hits import Site
from cds_service.evidence.measured_findings import measured_away
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.row_numbers import fits_several, has_no_number, quantity_of
from cds_service.evidence.row_power import graded_power, muscle, written_power
from cds_service.evidence.rows import Row
from cds_service.evidence.said_together import answer_of, said_together
from cds_service.evidence.sited import named_at
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import Part
from cds_service.evidence.values import read_value
from cds_service.evidence.written_values import written_values


def read_statement(
    opened: OpenResource,
    name: Coded,
    part: Part,
    site: Site,
    *,
    dated: Dated | None,
    told: frozenset[str] = frozenset(),
    under: str = "",
) -> list[Finding]:
    """One finding, and one for each leg whose power is written in words.

    `told`: concepts that a heading without a value need not say, as its parts do. `under`: the name of the
    whole, for a part of it.
    """
    name = interpreted(opened, named_at(opened, name, site), part)
    asked = ability(opened, name)
    if names_nothing(name, opened.chart.uses) and is_wordless(part):
        return []  # the fate of most observations of a chart
    if part.data_absent_reason or name.not_the_patients:
        return []  # an absent value is unknown, not normal
    chart = opened.chart
    named = measurable(opened, name, chart.weighing.hits(name, site))
    # The title of a report repeats the reason for the request, which is no finding.
    report = tuple(hit for hit in named if hit.concept in chart.uses.reports)
    value = read_value(opened, part, report=bool(report))
    named = unable(asked, value) or named or by_bare_name(opened, name, value)
    coded = value.coded
    said = named or name.graded or coded.words or coded.rows or coded.qualifiers
    if coded.about_family or not (said or (name.leg_site and value.quantity)):
        return []
    if not value.given:
        named = tuple(hit for hit in named if hit.concept not in told)
    value = with_grade(opened, name, under, named, with_number_among_words(opened, part, named, value))
    row = Row(opened, name, part, site, report or named, value)
    found = _finding(row, dated, reported=bool(report))
    if report:
        return found
    found += written_power(row, dated, found, under) or graded_power(row, dated, under)
    return found + _written_values(row, dated, found)


def _finding(row: Row, dated: Dated | None, *, reported: bool) -> list[Finding]:
    name, value, chart = row.name, row.value, row.opened.chart
    answer = answer_of(row)
    if answer is Answer.UNKNOWN or (name.asks and not value.given and answer is Answer.NONE):
        return []
    if value.not_understood and row.named:
        return row.opened.not_understood("coded value")
    if has_no_number(row):
        return row.opened.not_understood("value", chart.knowledge.concepts[row.named[0].concept].label)
    hits = measured_away(row.opened, name.label, value, said_together(row, answer))
    if reported:
        hits = chart.uses.of_study(hits)
    measured = any(hit.concept in chart.uses.measured for hit in hits)
    quantity = quantity_of(row, hits) if measured else None
    if unclear := next((hit for hit in hits if quantity and fits_several(row, quantity, hit)), None):
        label, words = chart.knowledge.concepts[unclear.concept].label, chart.knowledge.wording["common"]
        return row.opened.not_understood("unit", label, str(words["no_unit"]))
    reason = not reported and _why_somebody_came(row)
    if reason:
        hits = as_reason(row.opened, value.coded, hits)
    return row.opened.finding(
        Kind.REPORT if reported else Kind.ENCOUNTER if reason else Kind.OBSERVATION,
        row.label,
        hits,
        value.date or dated,
        onset_stated=value.date is not None,
        confirmed=not reason,
        issued=_issued(row) if quantity else None,
        code=name.key,
        muscle=muscle(row, hits) if quantity else "",
        quantity=quantity,
        positive=results.positive(row.opened, row.part, value) if measured else None,
        low=results.flagged_low(row.opened, row.part),
        severe=chart.tells_severe(hits),
        leg_site=row.site.leg or name.leg_site or value.coded.leg_site,
        other_site=row.site.other or name.other_site or value.coded.other_site,
        unusable=results.unusable(row.opened, row.part, name, value.coded) if measured else "",
    )


def _issued(row: Row) -> datetime | None:
    issued = row.opened.date(row.opened.resource.issued)
    return issued.when.latest if issued else None


def _why_somebody_came(row: Row) -> bool:
    values = row.opened.chart.knowledge.reading["values"]
    return row.name.key in values["reason_codes"] or row.name.words in values["reason_names"]


def _written_values(row: Row, dated: Dated | None, found: list[Finding]) -> list[Finding]:
    """Measurements in the middle of a text whose name is none itself."""
    name, value = row.name, row.value
    if not value.in_words or holds_any(
        name.words, row.opened.chart.knowledge.reading["values"]["not_measured"]
    ):
        return []
    measured = {hit.concept for each in found if each.quantity for hit in each.hits}
    return [
        finding
        for concept, quantity in written_values(row.opened, value.words).items()
        if concept not in measured
        for finding in row.opened.finding(
            Kind.OBSERVATION,
            row.label,
            (Hit(concept, by_code=False),),
            value.date or dated,
            code=f"{name.key} {concept}",
            quantity=quantity,
        )
    ]
