"""A name with its value: an observation, one of its components, a question with an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cards.findings import Finding, Hit, Kind, Stance
from cds_service.evidence import results
from cds_service.evidence.codes import Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.hits import Site, counting, merged, strongest
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import Part
from cds_service.evidence.values import Value, read_value

LONGEST_TOGETHER = 100
"""Characters of name and value up to which the two are read as one phrase: "Reflexes" "absent"."""


def read_statement(
    opened: OpenResource,
    name: Coded,
    part: Part,
    site: Site,
    *,
    dated: Dated | None,
    told: frozenset[str] = frozenset(),
) -> list[Finding]:
    """At most one finding. `told`: concepts that a heading without a value need not say, as its parts do."""
    wordless = not (part.value_string or part.value_codeable_concept or part.value_coding)
    if name.silent and wordless:
        return []  # the fate of most observations of a chart
    if part.data_absent_reason or name.not_the_patients:
        return []  # an absent value is unknown, not normal
    chart = opened.chart
    named = chart.weighing.hits(name, site)
    # The title of a report repeats the reason for the request, which is no finding.
    report = tuple(hit for hit in named if hit.concept in chart.uses.reports)
    value = read_value(opened, part, report=bool(report))
    if value.coded.about_family or not (named or value.coded.words or value.coded.rows):
        return []
    if not value.given:
        named = tuple(hit for hit in named if hit.concept not in told)
    return _Statement(opened, name, part, site, report or named, value).finding(dated, reported=bool(report))


@dataclass(frozen=True, slots=True)
class _Statement:
    opened: OpenResource
    name: Coded
    part: Part
    site: Site
    named: tuple[Hit, ...]
    """What the name says alone."""
    value: Value

    def finding(self, dated: Dated | None, *, reported: bool) -> list[Finding]:
        name, value, chart = self.name, self.value, self.opened.chart
        answer = self._answer()
        if answer is Answer.UNKNOWN or (name.asks and not value.given and answer is Answer.NONE):
            return []
        if value.not_understood and self.named:
            return self.opened.not_understood("coded value")
        hits = self._together(answer)
        measured = any(hit.concept in chart.uses.measured for hit in hits)
        return self.opened.finding(
            Kind.REPORT if reported else Kind.OBSERVATION,
            ": ".join(text for text in (name.label, value.words) if text),
            hits,
            value.date or dated,
            onset_stated=value.date is not None,
            code=name.key,
            quantity=value.quantity if measured else None,
            positive=results.positive(self.opened, self.part, value) if measured else None,
            low=results.flagged_low(self.opened, self.part),
            severe=chart.tells_severe(hits),
            leg_site=self.site.leg or name.leg_site or value.coded.leg_site,
            other_site=self.site.other or name.other_site or value.coded.other_site,
            unusable=results.unusable(self.opened, self.part, name, value.coded) if measured else "",
        )

    def _answer(self) -> Answer:
        """Yes or no, as the value says it; where it has no words, as it is interpreted."""
        value = self.value
        if value.answer is not Answer.NONE:
            return value.answer
        if value.quantity and value.quantity.value == 0 and not value.quantity.comparator.startswith(">"):
            return Answer.NO
        if value.words:
            negative = results.begins_negative(self.opened.chart.knowledge, value.coded.words)
            return Answer.NO if negative else Answer.NONE
        return results.answer_of(self.opened, self.part)

    def _together(self, answer: Answer) -> tuple[Hit, ...]:
        """What name and value say together; of a concept that the value names, the value decides."""
        uses, coded = self.opened.chart.uses, self.value.coded
        # A measurement that is only mentioned in a value has no value itself.
        said = {c.concept: c for c in self._claims_of_value() if c.concept not in uses.only_measured}
        hits: list[Hit] = []
        for hit in self.named:
            if hit.concept in said:
                stance: Stance | None = said.pop(hit.concept).stance
            elif hit.concept not in uses.yes_or_no or (hit.concept in uses.measured and self.value.quantity):
                stance = hit.stance
            else:
                stance = self._stance(hit, answer)
            if stance is not None:
                hits.append(replace(hit, stance=stance, side=hit.side or coded.code_side or coded.side))
        found = counting((*hits, *said.values()))
        return merged((*found, *self.opened.words_of_notes())) if found else ()

    def _stance(self, hit: Hit, answer: Answer) -> Stance | None:
        """The stance of a name after its value; None when the two together say nothing."""
        open_to_answer = hit.stance in (Stance.AFFIRMED, Stance.SUSPECTED)
        if answer is Answer.NO:
            # "Denies leg weakness: no" is a double negative, "history of stroke: no" says nothing of today.
            return Stance.DENIED if open_to_answer else None
        if answer is Answer.YES or not self.value.in_words or not open_to_answer:
            return hit.stance
        phrases = self.opened.chart.knowledge.concepts[hit.concept].phrases
        if not phrases:
            return hit.stance
        told = self.opened.text(f"{phrases[0]}: {self.value.words}")
        stances = [
            m.stance for reading in told.readings for m in reading.mentions if m.concept == hit.concept
        ]
        return strongest(stances) if stances else None

    def _claims_of_value(self) -> tuple[Hit, ...]:
        chart, name, value = self.opened.chart, self.name, self.value
        own = chart.weighing.claims(value.coded, self.site.and_of(name))
        if name.answer is Answer.NO:  # "Denies" with a value of "leg weakness"
            return tuple(replace(hit, stance=Stance.DENIED) for hit in own)
        told = chart.uses.yes_or_no | chart.uses.reports
        plain = any(hit.concept in told for hit in self.named)
        too_long = len(name.label) + len(value.words) > LONGEST_TOGETHER
        if plain or value.quantity or too_long or not (name.words and value.words):
            return own
        known = {hit.concept for hit in (*own, *self.named)}
        as_one = chart.weighing.claims(self.opened.text(f"{name.label} {value.words}", name=True), self.site)
        return (*own, *(hit for hit in as_one if hit.concept not in known))
