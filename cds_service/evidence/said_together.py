"""What a name and its value say together: "Reflexes" "absent", "Denies" "leg weakness"."""

from __future__ import annotations

import re
from dataclasses import replace

from cards.findings import Hit, Side, Stance
from cds_service.evidence import results
from cds_service.evidence.asked import ability, without_orders
from cds_service.evidence.codes import NOTHING, QUALIFIER
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.hits import counting, merged, strongest
from cds_service.evidence.normal_values import Told, told_of
from cds_service.evidence.rows import Row
from cds_service.evidence.sited import named_at
from cds_service.evidence.text import Answer
from cds_service.evidence.values import Value

LONGEST_TOGETHER = 100
"""Characters of name and value up to which the two are read as one phrase: "Reflexes" "absent"."""
_YES = frozenset({Stance.AFFIRMED, Stance.SUSPECTED})
_STOP = re.compile(r"[.;:,(\n]")
"""Behind one of these a value goes on with another matter: "weakness of right arm. Legs normal"."""
_BRACKETS = re.compile(r"\s*\([^()]*\)")


def answer_of(row: Row) -> Answer:
    """Yes or no, as the value says it; where it has no words, as it is interpreted."""
    value = row.value
    if value.answer is not Answer.NONE:
        return value.answer
    if value.quantity and value.quantity.value == 0 and not value.quantity.comparator.startswith(">"):
        return Answer.NO
    if value.words:
        negative = results.begins_negative(row.opened.chart.knowledge, value.coded.words)
        return Answer.NO if negative else Answer.NONE
    return results.answer_of(row.opened, row.part)


def said_together(row: Row, answer: Answer) -> tuple[Hit, ...]:
    """What name and value say together; of a concept that the value names, the value decides."""
    uses, coded = row.opened.chart.uses, row.value.coded
    # A measurement that is only mentioned in a value has no value itself.
    said = {c.concept: c for c in _claims_of_value(row) if c.concept not in uses.only_measured}
    hits: list[Hit] = []
    for hit in row.named:
        if hit.concept in said:
            stance: Stance | None = said.pop(hit.concept).stance
        elif (
            hit.concept not in uses.yes_or_no
            or (hit.concept in uses.measured and row.value.quantity)
            or ability(row.opened, row.name)
        ):
            stance = hit.stance
        else:
            stance = _stance(row, hit, answer)
        if stance is not None:
            side = hit.side or coded.code_side or coded.side
            hits.append(Hit(hit.concept, stance, side, hit.by_code, hit.confirmed))
    found = _without_end(row, counting((*hits, *said.values(), *_normal_exam(row))))
    return merged((*found, *row.opened.words_of_notes())) if found else ()


def _normal_exam(row: Row) -> tuple[Hit, ...]:
    """The denial of what a named examination would show: "Saddle sensation" "normal"."""
    value, chart = row.value, row.opened.chart
    if row.named or not row.name.words or not value.words or _of_one_side(row):
        return ()
    exams = chart.knowledge.reading["normal_values"]["exams"]
    if told_of("", value.coded.words, chart.knowledge) is not Told.NORMAL:
        return ()
    asked = {
        mention.concept
        for exam in exams
        for reading in row.opened.text(f"{exam['quality']} {row.name.label}", name=True).readings
        for mention in reading.mentions
        if mention.concept in exam["concepts"] and mention.stance is Stance.AFFIRMED and mention.start == 0
    }
    return tuple(Hit(concept, Stance.DENIED, by_code=False) for concept in sorted(asked))


def _of_one_side(row: Row) -> bool:
    side = row.site.side or row.name.code_side or row.name.side
    return side in (Side.LEFT, Side.RIGHT)


def _without_end(row: Row, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """A bare "resolved" says that it is over, not that it was within a day."""
    past = row.opened.chart.knowledge.reading["historical"]
    if folded(row.value.words).rstrip(".") not in past["after_anywhere"]:
        return hits
    return tuple(hit for hit in hits if hit.concept != past["ended_concept"])


def _stance(row: Row, hit: Hit, answer: Answer) -> Stance | None:
    """The stance of a name after its value; None when the two together say nothing."""
    open_to_answer = hit.stance in (Stance.AFFIRMED, Stance.SUSPECTED)
    if open_to_answer and (told := _told(row, hit.concept)) is not Told.OTHER:
        return {Told.THERE: hit.stance, Told.NORMAL: Stance.DENIED}.get(told)
    if answer is Answer.NO:
        # "Denies leg weakness: no" is a double negative, "history of stroke: no" says nothing of today.
        return Stance.DENIED if open_to_answer else None
    if answer is Answer.YES or not row.value.in_words or not open_to_answer:
        return hit.stance
    phrases = row.opened.chart.knowledge.concepts[hit.concept].phrases
    if not phrases:
        return hit.stance
    as_text = row.opened.text(f"{phrases[0]}: {row.value.words}")
    stances = [m.stance for reading in as_text.readings for m in reading.mentions if m.concept == hit.concept]
    return strongest(stances) if stances else None


def _told(row: Row, concept: str) -> Told:
    """What the words of the value tell of a symptom or sign that the name is."""
    value, chart = row.value, row.opened.chart
    if not value.words or value.answer is not Answer.NONE or concept not in chart.uses.findings:
        return Told.OTHER
    return told_of(concept, value.coded.words, chart.knowledge)


def _claims_of_value(row: Row) -> tuple[Hit, ...]:
    if row.value.coded is NOTHING:
        return ()
    claims = without_orders(row.opened, row.name, row.value.coded, _claims_with_name(row))
    if not _of_other(row):
        return claims
    # "Pedal pulse": "weak left foot".
    text = row.opened.chart.knowledge.reading["text"]
    told = row.opened.text(f"{row.name.label}: {row.value.words}")
    weak = text["leg_weakness_concept"]
    if any(mention.concept == weak for reading in told.readings for mention in reading.mentions):
        return claims
    return tuple(hit for hit in claims if hit.concept != weak)


def _of_other(row: Row) -> bool:
    """Whether the name is that of a pulse, a cough or the like, of which the value may say weak."""
    text = row.opened.chart.knowledge.reading["text"]
    return holds_any(row.name.words, text["weak_of_other"])


def _claims_with_name(row: Row) -> tuple[Hit, ...]:
    chart, name, value = row.opened.chart, row.name, row.value
    own = chart.weighing.claims(named_at(row.opened, value.coded, row.site), row.site.and_of(name))
    if name.answer is Answer.NO:  # "Denies" with a value of "leg weakness"
        return tuple(replace(hit, stance=Stance.DENIED) for hit in own)
    own = _under_heading(row, own)
    plain = any(hit.concept in chart.uses.named_alone for hit in row.named)
    too_long = len(name.label) + len(value.words) > LONGEST_TOGETHER
    worded = value.words or value.coded.qualifiers
    a_measurement = bool(value.quantity and row.named)
    if plain or a_measurement or too_long or not (name.words and worded):
        return own
    known = {hit.concept for hit in (*own, *row.named)}
    as_one = [
        hit
        for words in (f"{name.label} {value.words}", _value_first(row))
        for hit in chart.weighing.claims(row.opened.text(words, name=not _STOP.search(value.words)), row.site)
    ]
    return (*own, *(hit for hit in as_one if hit.concept not in known))


def _under_heading(row: Row, own: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """What a value says where its name is a heading: "Red flags negative", "Potential complications"."""
    if not own or not row.name.words or not row.value.words:
        return own
    told = row.opened.text(f"{row.name.label}: {row.value.words}")
    stances: dict[str, list[Stance]] = {}
    for mention in (each for reading in told.readings for each in reading.mentions):
        stances.setdefault(mention.concept, []).append(mention.stance)
    return tuple(
        replace(hit, stance=strongest(stances[hit.concept]))
        if hit.concept in stances and _YES.isdisjoint(stances[hit.concept])
        else hit
        for hit in own
    )


def _value_first(row: Row) -> str:
    """The value before its name, where it may describe it: "absent" "ankle jerk"; else empty."""
    name, values = row.name, row.opened.chart.knowledge.reading["values"]
    words = _described(row.value, values["qualities"][0])
    if not words or name.asks or len(words.split()) > int(values["quality_words"]):
        return ""
    if row.value.answer is not Answer.NONE and (
        words not in values["qualities"] or holds_any(name.words, values["complaint_words"])
    ):
        return ""
    return f"{words} {name.label}"


def _described(value: Value, absent: str) -> str:
    """The words of a value, folded, without what stands in brackets; `absent` for its code."""
    if not value.words:
        return absent if f"{QUALIFIER}absent" in value.coded.qualifiers else ""
    return _BRACKETS.sub("", folded(value.words)).strip(" .")
