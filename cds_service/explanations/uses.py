"""What rests on what: the way back from a source, a feature or a cause to the statements that name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cards.conditions import Condition
from cards.knowledge import Knowledge

Kind = Literal["red_flag", "cause", "pattern", "feature"]


@dataclass(frozen=True, slots=True)
class Use:
    """A statement that names something; a cause may name it in several."""

    kind: Kind
    id: str


def of_sources(knowledge: Knowledge) -> Mapping[str, tuple[Use, ...]]:
    """By source every statement that names it: each that is said for or against a cause counts by itself."""
    found: dict[str, list[Use]] = {name: [] for name in knowledge.sources}
    for rule in knowledge.rules:
        for name in {*rule.sources, rule.listed_by, rule.next_step_by}:
            found[name].append(Use("red_flag", rule.id))
    for cause in knowledge.causes.values():
        for name in (*set(cause.sources), *(row.source for row in cause.evidence)):
            found[name].append(Use("cause", cause.id))
    for derived in knowledge.derived.values():
        found[derived.source].append(Use("pattern", derived.id))
    for feature in knowledge.features.values():
        for name in set(feature.sources):
            found[name].append(Use("feature", feature.id))
    return {name: tuple(uses) for name, uses in found.items()}


def of_features(knowledge: Knowledge) -> Mapping[str, tuple[Use, ...]]:
    """By feature or pattern the statements whose condition names it, each once."""
    found: dict[str, list[Use]] = {name: [] for name in (*knowledge.features, *knowledge.derived)}
    for use, condition in _conditions(knowledge):
        for name in dict.fromkeys(each.feature for each in condition.uses):
            if use not in found[name]:
                found[name].append(use)
    for rule in knowledge.rules:
        if (use := Use("red_flag", rule.id)) not in found[rule.gate]:
            found[rule.gate].append(use)
    return {name: tuple(uses) for name, uses in found.items()}


def _conditions(knowledge: Knowledge) -> Iterator[tuple[Use, Condition]]:
    for rule in knowledge.rules:
        yield Use("red_flag", rule.id), rule.when
    for cause in knowledge.causes.values():
        yield from (
            (Use("cause", cause.id), one) for one in (cause.needs, *(row.when for row in cause.evidence))
        )
    for derived in knowledge.derived.values():
        yield Use("pattern", derived.id), derived.when
    for feature in knowledge.features.values():
        if feature.or_when:
            yield Use("feature", feature.id), feature.or_when
