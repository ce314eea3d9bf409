"""How the content uses each concept: as a yes or no, as a measurement, as a kind of report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cards.knowledge import Feature, Knowledge

_MEASURED = ("observation_quantity", "observation_posneg")
_SCORED = ("at_least", "from_low")


@dataclass(frozen=True, slots=True)
class Uses:
    """Concepts by the sort of value that they take; one concept may take several."""

    yes_or_no: frozenset[str]
    """An answer of no, or a score of nought, denies them."""
    measured: frozenset[str]
    """Their number, or the outcome of the test, is what counts."""
    reports: frozenset[str]
    """Kinds of report, whose conclusion is read."""

    @property
    def only_measured(self) -> frozenset[str]:
        return self.measured - self.yes_or_no


def uses_of(knowledge: Knowledge) -> Uses:
    features = knowledge.features.values()
    measured = _concepts(f for f in features if f.shape in _MEASURED or (f.shape == "derived" and f.unit))
    scored = {concept for f in features for option in _SCORED for concept in _named(f.options.get(option))}
    reports = _concepts(f for f in features if f.shape == "report")
    plain = _concepts(f for f in features if f.shape not in (*_MEASURED, "report") and not f.unit)
    others = frozenset(knowledge.concepts) - measured - scored - reports
    return Uses(plain - reports | others, measured | scored, reports)


def _concepts(features: Iterable[Feature]) -> frozenset[str]:
    return frozenset(concept for feature in features for concept in feature.concepts)


def _named(option: object) -> tuple[str, ...]:
    """The concepts that an option names: one, several, or each with a score."""
    if isinstance(option, str):
        return (option,)
    return tuple(str(each) for each in option) if hasattr(option, "__iter__") else ()
