"""What a name measures or asks for, beyond the concepts that it names by itself."""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as changed

from cards.findings import Hit, Quantity
from cards.knowledge import Feature, Knowledge
from cards.units import UnitNotUnderstood, canonical
from cds_service.evidence import results
from cds_service.evidence.codes import Coded
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import Part
from cds_service.evidence.uses import Uses
from cds_service.evidence.values import Value, any_value, in_range


def names_nothing(name: Coded, uses: Uses) -> bool:
    """Whether a name says nothing, whatever number stands beside it."""
    if not name.silent or name.graded or name.leg_site:
        return False
    return not (_ability(name, uses) or uses.bare_name(name.label))


def is_wordless(part: Part) -> bool:
    """Whether its value has neither words nor codes."""
    return not (part.value_string or part.value_codeable_concept or part.value_coding)


def interpreted(opened: OpenResource, name: Coded, part: Part) -> Coded:
    """A test without a value but with an interpretation, as its result: "Straight leg raise" "positive"."""
    if not name.silent or not name.words or not waits_for_interpretation(part):
        return name
    words = {Answer.YES: "positive", Answer.NO: "negative"}.get(results.answer_of(opened, part), "")
    told = opened.text(f"{name.label} {words}", name=True) if words else name
    return name if told.silent else changed(told, label=name.label, key=name.key, code_side=name.code_side)


def waits_for_interpretation(part: Part) -> bool:
    """Whether only its interpretation can say what came out."""
    return bool(part.interpretation) and not any_value(part)


def ability(opened: OpenResource, name: Coded) -> str:
    """The concept that a no means where a name asks for an ability: "Can you walk?"; empty for any other."""
    return _ability(name, opened.chart.uses)


def _ability(name: Coded, uses: Uses) -> str:
    return uses.abilities.get(name.words.rstrip(" ?:"), "")


def unable(asked: str, value: Value) -> tuple[Hit, ...]:
    return (Hit(asked, by_code=False),) if asked and value.answer is Answer.NO else ()


def measurable(opened: OpenResource, name: Coded, named: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Without the measurements whose name says that the value is none of the patient's: a target."""
    uses, values = opened.chart.uses, opened.chart.knowledge.reading["values"]
    if not holds_any(name.words, values["not_measured"]):
        return named
    return tuple(hit for hit in named if hit.concept not in uses.only_measured)


def without_orders(
    opened: OpenResource, name: Coded, value: Coded, claims: tuple[Hit, ...]
) -> tuple[Hit, ...]:
    """Without what a value only orders where its name asks for one: "Weight bearing status": "NWB left"."""
    claimed = {hit.concept for hit in claims}
    rules = [
        rule
        for rule in opened.chart.knowledge.reading["orders"]
        if rule["concept"] in claimed and holds_any(name.words, rule["names"])
    ]
    if not rules:
        return claims
    said = [mention for reading in value.readings for mention in reading.mentions]
    ordered = {
        rule["concept"]
        for rule in rules
        if (phrases := {each.phrase for each in said if each.concept == rule["concept"]})
        and phrases.issubset(rule["words"])
    }
    return tuple(hit for hit in claims if hit.by_code or hit.concept not in ordered)


def by_bare_name(opened: OpenResource, name: Coded, value: Value) -> tuple[Hit, ...]:
    """A measurement by a name too short to be looked for in texts ("K"), if its value fits."""
    chart = opened.chart
    concept = chart.uses.bare_name(name.label)
    if not concept or value.quantity is None:
        return ()
    quantity = chart.quantities.unflagged(value.quantity, chart.uses.units.get(concept, ()))
    features = chart.uses.quantities.get(concept, ())
    fitting = any(fits(quantity, feature, chart.knowledge) for feature in features)
    return (Hit(concept, by_code=False),) if fitting else ()


def fits(quantity: Quantity, feature: Feature, knowledge: Knowledge) -> bool:
    """Whether a number is a plausible value of a feature, in a unit that is understood."""
    try:
        return canonical(quantity, feature, knowledge) is not None
    except UnitNotUnderstood:
        return False


def with_number_among_words(opened: OpenResource, part: Part, named: tuple[Hit, ...], value: Value) -> Value:
    """Of a measurement whose value says more than a number, the number in it."""
    uses = opened.chart.uses
    if (
        value.quantity
        or not value.words
        or not named
        or any(h.concept not in uses.only_measured for h in named)
    ):
        return value
    units = [unit for hit in named for unit in uses.units.get(hit.concept, ())]
    found = opened.chart.quantities.among_words(value.words, units) if units else None
    return value if found is None else replace(value, quantity=in_range(opened, part, found))


def with_grade(opened: OpenResource, name: Coded, under: str, named: tuple[Hit, ...], value: Value) -> Value:
    """Of the power of a leg, the grade in its value that is marked as one: "M4+". `under`: its heading."""
    if value.quantity or not value.words:
        return value
    values = opened.chart.knowledge.reading["values"]
    power = any(hit.concept == values["power_concept"] for hit in named) or (
        name.leg_site and holds_any(folded(f"{under} {name.label}"), values["power_headings"])
    )
    graded = opened.chart.quantities.grade(value.words) if power else None
    return value if graded is None else replace(value, quantity=graded)
