"""How the content uses each concept: as a yes or no, as a measurement, as a kind of report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cards.codes import Code
from cards.findings import Hit
from cards.knowledge import Feature, Knowledge

_MEASURED = ("observation_quantity", "observation_posneg")
_LONGEST_BARE_NAME = 40
_PARTS = re.compile(r"[\s,/_-]+")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SCORED = ("at_least", "from_low")


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What a diagnosis says as the conclusion of one kind of report, as concepts of values."""

    by_concept: Mapping[str, str]
    by_code: Mapping[str, str]
    """By system and code, for a code that tells more than its concept."""

    def of(self, concept: str, rows: Iterable[Code]) -> str:
        """Empty when the diagnosis is no conclusion of such a report."""
        told = (self.by_code.get(f"{row.system}:{row.code}") for row in rows if row.concept == concept)
        return next((value for value in told if value), self.by_concept.get(concept, ""))


@dataclass(frozen=True, slots=True)
class Uses:
    """Concepts by the sort of value that they take; one concept may take several."""

    yes_or_no: frozenset[str]
    """An answer of no, or a score of nought, denies them."""
    findings: frozenset[str]
    """Symptoms and signs, which a value in words may tell to be normal."""
    measured: frozenset[str]
    """Their number, or the outcome of the test, is what counts."""
    only_measured: frozenset[str]
    """And nothing else: a yes or no would tell nothing."""
    reports: frozenset[str]
    """Kinds of report, whose conclusion is read."""
    named_alone: frozenset[str]
    """What is answered or concluded: such a name is not read together with its value."""
    dosed: frozenset[str]
    """Medicines whose daily dose counts."""
    new_diagnoses: frozenset[str]
    """Diagnoses that count only when they are new."""
    quantities: Mapping[str, tuple[Feature, ...]]
    """The features that a number of the concept may be the value of."""
    units: Mapping[str, tuple[str, ...]]
    """The units of those features."""
    bare_names: Mapping[str, str]
    """Concepts by a name too short to be looked for in texts."""
    abilities: Mapping[str, str]
    """Names that ask for an ability, with the concept that a no means."""
    bare_name_words: frozenset[str]
    """Words that may stand beside such a name: "K, POC"."""
    conclusions: Mapping[str, tuple[Conclusions, ...]]
    """What a diagnosis says as the conclusion of a kind of report."""
    results: Mapping[str, frozenset[str]]
    """The concepts of values that a conclusion may name, by kind of report."""

    def of_study(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """Without results of kinds of report that are not named: a normal blood count is no normal EMG."""
        own = frozenset().union(*(self.results.get(hit.concept, ()) for hit in hits))
        others = frozenset().union(*self.results.values()) - own
        return tuple(hit for hit in hits if hit.concept not in others)

    def bare_name(self, label: str) -> str:
        """The concept that a label names by such a short name; empty for any other label."""
        if len(label) > _LONGEST_BARE_NAME:
            return ""
        if label in self.bare_names:
            return self.bare_names[label]
        plain = _BRACKETED.sub(" ", label) if "(" in label or "[" in label else label
        words = [word for word in _PARTS.split(plain) if word]
        names = [word for word in words if word.lower() not in self.bare_name_words]
        return self.bare_names.get(names[0], "") if len(names) == 1 else ""


def uses_of(knowledge: Knowledge) -> Uses:
    features = knowledge.features.values()
    measured = _concepts(f for f in features if f.shape in _MEASURED or (f.shape == "derived" and f.unit))
    scored = {concept for f in features for option in _SCORED for concept in _named(f.options.get(option))}
    reports = _concepts(f for f in features if f.shape == "report")
    plain = _concepts(f for f in features if f.shape not in (*_MEASURED, "report") and not f.unit)
    others = frozenset(knowledge.concepts) - measured - scored - reports
    quantities = _by_concept(f for f in features if f.id in knowledge.units)
    units = {
        concept: tuple(unit.unit for f in of_concept for unit in knowledge.units[f.id])
        for concept, of_concept in quantities.items()
    }
    yes_or_no = plain - reports | others
    by_kind = _by_concept(f for f in features if f.shape == "report")
    return Uses(
        yes_or_no=yes_or_no,
        findings=_concepts(f for f in features if f.shape == "finding"),
        measured=measured | scored,
        only_measured=(measured | scored) - yes_or_no,
        reports=reports,
        named_alone=yes_or_no | reports,
        dosed=_concepts(f for f in features if f.derive == "daily_dose"),
        new_diagnoses=_concepts(f for f in features if f.shape == "diagnosis" and f.new_only),
        quantities=quantities,
        units=units,
        bare_names=dict(knowledge.reading["values"]["bare_names"]),
        abilities=dict(knowledge.reading["values"]["abilities"]),
        bare_name_words=frozenset(knowledge.reading["values"]["bare_name_words"]),
        conclusions={
            concept: tuple(map(_conclusions, of_concept)) for concept, of_concept in by_kind.items()
        },
        results={
            concept: frozenset(f"value_{f.id}_{value}" for f in of_concept for value in f.values)
            for concept, of_concept in by_kind.items()
        },
    )


def _conclusions(feature: Feature) -> Conclusions:
    by_concept, by_code = (_table(feature, option) for option in ("value_by_concept", "codes_of_value"))
    return Conclusions(
        {name: f"value_{feature.id}_{value}" for name, value in by_concept.items()},
        {code: f"value_{feature.id}_{value}" for value, codes in by_code.items() for code in _named(codes)},
    )


def _table(feature: Feature, option: str) -> Mapping[str, object]:
    table = feature.options.get(option)
    return table if isinstance(table, Mapping) else {}


def _by_concept(features: Iterable[Feature]) -> dict[str, tuple[Feature, ...]]:
    found: dict[str, tuple[Feature, ...]] = {}
    for feature in features:
        for concept in feature.concepts:
            found[concept] = (*found.get(concept, ()), feature)
    return found


def _concepts(features: Iterable[Feature]) -> frozenset[str]:
    return frozenset(concept for feature in features for concept in feature.concepts)


def _named(option: object) -> tuple[str, ...]:
    """The concepts that an option names: one, several, or each with a score."""
    if isinstance(option, str):
        return (option,)
    return tuple(str(each) for each in option) if hasattr(option, "__iter__") else ()
