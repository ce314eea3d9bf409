"""A name with its value: an observation, one of its components, a question with an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from cards.findings import Finding, Hit, Kind, Quantity, Stance
from cds_service.evidence import results
from cds_service.evidence.asked import (
    ability,
    by_bare_name,
    fits,
    interpreted,
    is_wordless,
    measurable,
    names_nothing,
    unable,
    with_grade,
    with_number_among_words,
    without_orders,
)
from cds_service.evidence.codes import QUALIFIER, Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.events import as_reason
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.hits import Site, counting, merged, strongest
from cds_service.evidence.measured_findings import measured_away
from cds_service.evidence.normal_values import Told, told_of
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.power import power_findings
from cds_service.evidence.sited import named_at
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import Part
from cds_service.evidence.values import Value, read_value
from cds_service.evidence.written_values import written_values

LONGEST_TOGETHER = 100
"""Characters of name and value up to which the two are read as one phrase: "Reflexes" "absent"."""
_YES = frozenset({Stance.AFFIRMED, Stance.SUSPECTED})
_STOP = re.compile(r"[.;:,(\n]")
"""Behind one of these a value goes on with another matter: "weakness of right arm. Legs normal"."""
_WORDS = re.compile(r"[^\W\d_]\w*")
_BRACKETS = re.compile(r"\s*\([^()]*\)")


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
    statement = _Statement(opened, name, part, site, report or named, value)
    found = statement.finding(dated, reported=bool(report))
    if report:
        return found
    found += statement.written_power(dated, found, under) or statement.graded_power(dated, under)
    return found + statement.written_values(dated, found)


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
        if self._has_no_number():
            return self.opened.not_understood("value", chart.knowledge.concepts[self.named[0].concept].label)
        hits = measured_away(self.opened, name.label, value, self._together(answer))
        measured = any(hit.concept in chart.uses.measured for hit in hits)
        quantity = self._quantity(hits) if measured else None
        if unclear := next((hit for hit in hits if quantity and self._fits_several(quantity, hit)), None):
            label, words = chart.knowledge.concepts[unclear.concept].label, chart.knowledge.wording["common"]
            return self.opened.not_understood("unit", label, str(words["no_unit"]))
        reason = not reported and self._why_somebody_came()
        if reason:
            hits = as_reason(self.opened, value.coded, hits)
        return self.opened.finding(
            Kind.REPORT if reported else Kind.ENCOUNTER if reason else Kind.OBSERVATION,
            ": ".join(text for text in (name.label, value.words) if text),
            hits,
            value.date or dated,
            onset_stated=value.date is not None,
            confirmed=not reason,
            issued=self._issued() if quantity else None,
            code=name.key,
            muscle=self._muscle(hits) if quantity else "",
            quantity=quantity,
            positive=results.positive(self.opened, self.part, value) if measured else None,
            low=results.flagged_low(self.opened, self.part),
            severe=chart.tells_severe(hits),
            leg_site=self.site.leg or name.leg_site or value.coded.leg_site,
            other_site=self.site.other or name.other_site or value.coded.other_site,
            unusable=results.unusable(self.opened, self.part, name, value.coded) if measured else "",
        )

    def _issued(self) -> datetime | None:
        issued = self.opened.date(self.opened.resource.issued)
        return issued.when.latest if issued else None

    def _why_somebody_came(self) -> bool:
        values = self.opened.chart.knowledge.reading["values"]
        return self.name.key in values["reason_codes"] or self.name.words in values["reason_names"]

    def written_power(self, dated: Dated | None, found: list[Finding], under: str) -> list[Finding]:
        """The lowest grade of each leg, where it stands in words: "5/5 UE, 2/5 LE bilaterally"."""
        name, value = self.name, self.value
        in_value = value.coded.graded
        denied = value.answer in (Answer.NO, Answer.UNKNOWN) and not in_value
        if not (name.graded or in_value) or denied or any(each.quantity for each in found):
            return []
        told = ": ".join(text for text in (under, name.label, value.words) if text)
        site = replace(self.site, side=self.site.side or name.code_side)
        return power_findings(
            self.opened,
            told,
            site,
            label=": ".join(text for text in (name.label, value.words) if text),
            dated=value.date or dated,
            code=name.key,
            muscle=self._muscle_words(),
        )

    def written_values(self, dated: Dated | None, found: list[Finding]) -> list[Finding]:
        """Measurements in the middle of a text whose name is none itself."""
        name, value = self.name, self.value
        if not value.in_words or holds_any(
            name.words, self.opened.chart.knowledge.reading["values"]["not_measured"]
        ):
            return []
        measured = {hit.concept for each in found if each.quantity for hit in each.hits}
        return [
            finding
            for concept, quantity in written_values(self.opened, value.words).items()
            if concept not in measured
            for finding in self.opened.finding(
                Kind.OBSERVATION,
                ": ".join(text for text in (name.label, value.words) if text),
                (Hit(concept, by_code=False),),
                value.date or dated,
                code=f"{name.key} {concept}",
                quantity=quantity,
            )
        ]

    def graded_power(self, dated: Dated | None, under: str) -> list[Finding]:
        """The grade of a movement of the leg, where only the heading names power: "Hip flexion": 3."""
        quantity, name, chart = self.value.quantity, self.name, self.opened.chart
        if quantity is None or quantity.comparator or not name.leg_site or not name.silent:
            return []
        values, told = chart.knowledge.reading["values"], folded(f"{under} {name.label}")
        hit = Hit(values["power_concept"], side=self.site.side or name.code_side or name.side, by_code=False)
        known = any(
            fits(quantity, feature, chart.knowledge) for feature in chart.uses.quantities[hit.concept]
        )
        if not known or holds_any(told, values["power_not"]) or not holds_any(told, values["power_headings"]):
            return []
        return self.opened.finding(
            Kind.OBSERVATION,
            name.label,
            (hit,),
            dated,
            code=name.key,
            muscle=self._muscle_words(),
            quantity=quantity,
            leg_site=True,
        )

    def _muscle(self, hits: tuple[Hit, ...]) -> str:
        power = self.opened.chart.knowledge.reading["values"]["power_concept"]
        return self._muscle_words() if any(hit.concept == power for hit in hits) else ""

    def _muscle_words(self) -> str:
        """What its name and its site say of the muscles, in any order; nothing of how well they move."""
        none = self.opened.chart.knowledge.reading["values"]["power_no_muscle"]
        words = _WORDS.findall(f"{self.name.words} {self.site.words}")
        return " ".join(sorted({word for word in words if word not in none}))

    def _has_no_number(self) -> bool:
        """Whether a measurement has a value that is not understood: the "LO" of a meter, "2.2 or 3.2"."""
        uses = self.opened.chart.uses
        if self.value.quantity or not self.named or not self.value.words:
            return False
        if self.value.coded.graded:  # "5/5 bilaterally": see written_power
            return False
        values, words = self.opened.chart.knowledge.reading["values"], folded(self.value.words)
        if any(hit.concept not in uses.only_measured for hit in self.named):
            return False
        of_numbers = any(hit.concept in uses.units for hit in self.named)
        return words in values["no_number"] or (of_numbers and any(map(str.isdigit, words)))

    def _fits_several(self, quantity: Quantity, hit: Hit) -> bool:
        """Whether a number without a unit fits several measures: 3.8 litres, or per cent."""
        features = self.opened.chart.uses.quantities.get(hit.concept, ())
        if quantity.unit or len({feature.unit for feature in features}) < 2:
            return False
        return sum(fits(quantity, feature, self.opened.chart.knowledge) for feature in features) > 1

    def _quantity(self, hits: tuple[Hit, ...]) -> Quantity | None:
        """The number, with the unit that the name tells and without the flag that only looks like one."""
        quantity, chart = self.value.quantity, self.opened.chart
        if quantity is None:
            return None
        units = [unit for hit in hits for unit in chart.uses.units.get(hit.concept, ())]
        return chart.quantities.unflagged(
            chart.quantities.named(quantity, self.name.words, self.name.key), units
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
            elif (
                hit.concept not in uses.yes_or_no
                or (hit.concept in uses.measured and self.value.quantity)
                or ability(self.opened, self.name)
            ):
                stance = hit.stance
            else:
                stance = self._stance(hit, answer)
            if stance is not None:
                hits.append(replace(hit, stance=stance, side=hit.side or coded.code_side or coded.side))
        found = self._without_end(counting((*hits, *said.values())))
        return merged((*found, *self.opened.words_of_notes())) if found else ()

    def _without_end(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """A bare "resolved" says that it is over, not that it was within a day."""
        past = self.opened.chart.knowledge.reading["historical"]
        if folded(self.value.words).rstrip(".") not in past["after_anywhere"]:
            return hits
        return tuple(hit for hit in hits if hit.concept != past["ended_concept"])

    def _stance(self, hit: Hit, answer: Answer) -> Stance | None:
        """The stance of a name after its value; None when the two together say nothing."""
        open_to_answer = hit.stance in (Stance.AFFIRMED, Stance.SUSPECTED)
        if open_to_answer and (told := self._told(hit.concept)) is not Told.OTHER:
            return {Told.THERE: hit.stance, Told.NORMAL: Stance.DENIED}.get(told)
        if answer is Answer.NO:
            # "Denies leg weakness: no" is a double negative, "history of stroke: no" says nothing of today.
            return Stance.DENIED if open_to_answer else None
        if answer is Answer.YES or not self.value.in_words or not open_to_answer:
            return hit.stance
        phrases = self.opened.chart.knowledge.concepts[hit.concept].phrases
        if not phrases:
            return hit.stance
        as_text = self.opened.text(f"{phrases[0]}: {self.value.words}")
        stances = [
            m.stance for reading in as_text.readings for m in reading.mentions if m.concept == hit.concept
        ]
        return strongest(stances) if stances else None

    def _told(self, concept: str) -> Told:
        """What the words of the value tell of a symptom or sign that the name is."""
        value, chart = self.value, self.opened.chart
        if not value.words or value.answer is not Answer.NONE or concept not in chart.uses.findings:
            return Told.OTHER
        return told_of(concept, value.coded.words, chart.knowledge.reading)

    def _claims_of_value(self) -> tuple[Hit, ...]:
        claims = without_orders(self.opened, self.name, self.value.coded, self._claims_with_name())
        if not self._of_other():
            return claims
        # "Pedal pulse": "weak left foot".
        text = self.opened.chart.knowledge.reading["text"]
        told = self.opened.text(f"{self.name.label}: {self.value.words}")
        weak = text["leg_weakness_concept"]
        if any(mention.concept == weak for reading in told.readings for mention in reading.mentions):
            return claims
        return tuple(hit for hit in claims if hit.concept != weak)

    def _of_other(self) -> bool:
        """Whether the name is that of a pulse, a cough or the like, of which the value may say weak."""
        text = self.opened.chart.knowledge.reading["text"]
        return holds_any(self.name.words, text["weak_of_other"])

    def _claims_with_name(self) -> tuple[Hit, ...]:
        chart, name, value = self.opened.chart, self.name, self.value
        own = chart.weighing.claims(named_at(self.opened, value.coded, self.site), self.site.and_of(name))
        if name.answer is Answer.NO:  # "Denies" with a value of "leg weakness"
            return tuple(replace(hit, stance=Stance.DENIED) for hit in own)
        own = self._under_heading(own)
        told = chart.uses.yes_or_no | chart.uses.reports
        plain = any(hit.concept in told for hit in self.named)
        too_long = len(name.label) + len(value.words) > LONGEST_TOGETHER
        worded = value.words or value.coded.qualifiers
        a_measurement = bool(value.quantity and self.named)
        if plain or a_measurement or too_long or not (name.words and worded):
            return own
        known = {hit.concept for hit in (*own, *self.named)}
        as_one = [
            hit
            for words in (f"{name.label} {value.words}", self._value_first())
            for hit in chart.weighing.claims(
                self.opened.text(words, name=not _STOP.search(value.words)), self.site
            )
        ]
        return (*own, *(hit for hit in as_one if hit.concept not in known))

    def _under_heading(self, own: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """What a value says where its name is a heading: "Red flags negative", "Potential complications"."""
        if not own or not self.name.words or not self.value.words:
            return own
        told = self.opened.text(f"{self.name.label}: {self.value.words}")
        stances: dict[str, list[Stance]] = {}
        for mention in (each for reading in told.readings for each in reading.mentions):
            stances.setdefault(mention.concept, []).append(mention.stance)
        return tuple(
            replace(hit, stance=strongest(stances[hit.concept]))
            if hit.concept in stances and _YES.isdisjoint(stances[hit.concept])
            else hit
            for hit in own
        )

    def _value_first(self) -> str:
        """The value before its name, where it may describe it: "absent" "ankle jerk"; else empty."""
        name, values = self.name, self.opened.chart.knowledge.reading["values"]
        words = _described(self.value, values["qualities"][0])
        if not words or name.asks or len(words.split()) > int(values["quality_words"]):
            return ""
        if self.value.answer is not Answer.NONE and (
            words not in values["qualities"] or holds_any(name.words, values["complaint_words"])
        ):
            return ""
        return f"{words} {name.label}"


def _described(value: Value, absent: str) -> str:
    """The words of a value, folded, without what stands in brackets; `absent` for its code."""
    if not value.words:
        return absent if f"{QUALIFIER}absent" in value.coded.qualifiers else ""
    return _BRACKETS.sub("", folded(value.words)).strip(" .")
