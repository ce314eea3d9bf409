"""Each feature of the content in each way in which a record can say that it is there, as resources.

Left out are answers that say it is not: a normal value, full power, a stroke scale of zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from cards.can_fire import conditions_of_red_flags, numbers_around_thresholds
from cards.codes import Code
from cards.knowledge import Feature, Knowledge, load
from tests.clinical.bedside import Resource, condition, exam, measured, observation, report, resource

WHEN = ("1 hour", "26 hours", "10 days", "45 days", "3 years")
"""Today, yesterday, within and beyond the month that continues an episode, and long ago."""

_SAID = ("finding", "diagnosis", "known", "before_onset", "words")
_FULL_POWER = 5.0
_NO_FINDING = {"glucose", "albumin", "body_weight"}
"""Values that only explain or correct others: a glucose tells that a hypoglycaemia is over."""


@cache
def recordings() -> tuple[tuple[str, Resource], ...]:
    """Each with the feature that it is about. Times count back from now, ids are of this list."""
    found, known = [], load()
    for feature in known.features.values():
        for at in WHEN:
            found += [(feature.id, each) for each in _ways(feature, known, at)]
    return tuple((name, each | {"id": f"more-{number}"}) for number, (name, each) in enumerate(found, 1))


def _ways(feature: Feature, known: Knowledge, at: str) -> Iterator[Resource]:
    if feature.shape in _SAID:
        for concept in feature.concepts:
            yield from _said(feature, known, concept, at)
    elif feature.shape == "observation_quantity" and feature.id not in _NO_FINDING:
        yield from _measured(feature, known, at)
    elif feature.shape == "observation_posneg":
        for concept in feature.concepts:
            yield observation(known.concepts[concept].phrases[0], at=at, valueString="positive")
    elif feature.shape == "report":
        title = known.concepts[feature.concepts[0]].phrases[0]
        for value in feature.values:
            if value != "normal":
                phrases = known.concepts[f"value_{feature.id}_{value}"].phrases
                yield report(title, f"{phrases[0].capitalize()}.", at=at)
    elif feature.shape in ("medication", "procedure"):
        yield from _given(feature, known, at)


def _said(feature: Feature, known: Knowledge, concept: str, at: str) -> Iterator[Resource]:
    phrases = known.concepts[concept].phrases
    words = phrases[0] if phrases else ""
    if feature.shape == "words" and feature.options.get("entry") == "weakness":
        yield condition(f"Leg weakness, {words}", since=at)
        yield condition(f"Weakness of left leg, {words}", since=None, recorded=at)
        return
    if words:
        yield condition(words.capitalize(), since=at)
        yield condition(words.capitalize(), since=None, recorded=at)
        yield condition(words.capitalize(), since=at, category="problem-list-item")
        yield exam(words.capitalize(), at=at)
    if feature.sided and words:
        for side in ("left", "right", "both"):
            yield condition(f"{words.capitalize()} ({side} leg{'s' * (side == 'both')})", since=at)
    code = _code(known, concept)
    if code is not None:
        coding = {"system": known.system_urls[code.system], "code": code.code}
        yield condition(since=at) | {"code": {"coding": [coding]}}


def _code(known: Knowledge, concept: str) -> Code | None:
    plain = (row for row in known.codes.rows if row.concept == concept and row.match == "exact")
    return next((row for row in plain if row.verified and not row.needs and row.system == "sct"), None)


@cache
def _numbers(known: Knowledge) -> Mapping[str, tuple[float, ...]]:
    return numbers_around_thresholds(known, conditions_of_red_flags(known))


def _measured(feature: Feature, known: Knowledge, at: str) -> Iterator[Resource]:
    name = known.concepts[feature.concepts[0]].phrases[0]
    for number in _numbers(known).get(feature.id, ()):
        if not (feature.id == "mrc_leg_min" and number >= _FULL_POWER) and not (
            feature.id.startswith("nihss") and number < 1
        ):
            yield measured(name.capitalize(), number, feature.unit, at=at)


def _given(feature: Feature, known: Knowledge, at: str) -> Iterator[Resource]:
    for concept in feature.concepts:
        words = known.concepts[concept].phrases[0]
        if feature.shape == "medication":
            yield resource(
                "MedicationRequest",
                medicationCodeableConcept={"text": words},
                authoredOn=condition(since=at)["onsetDateTime"],
                status="active",
                intent="order",
            )
        else:
            yield resource(
                "Procedure",
                code={"text": words},
                performedDateTime=condition(since=at)["onsetDateTime"],
                status="completed",
            )
