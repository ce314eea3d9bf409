"""What the content asks of a person, computed from it: what is said of the use of age follows the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cards.conditions import Condition
from cards.knowledge import Feature, Knowledge

AGE = "age_years"
DATE_OF_BIRTH = "age"
"""How the content derives a feature from the date of birth."""


def of_person(knowledge: Knowledge) -> tuple[Feature, ...]:
    """The features that the Patient resource answers."""
    return tuple(each for each in knowledge.features.values() if each.shape == "patient")


def rules_by_age(knowledge: Knowledge) -> tuple[str, ...]:
    """The ids of red flags whose condition asks for the age, itself or through a pattern."""
    asking = _patterns_by_age(knowledge) | {AGE}
    return tuple(
        rule.id
        for rule in knowledge.rules
        if rule.gate in asking
        or any(_asks(condition, asking) for condition in (rule.when, rule.unless) if condition)
    )


def causes_by_age(knowledge: Knowledge) -> tuple[str, ...]:
    asking = _patterns_by_age(knowledge) | {AGE}
    return tuple(
        cause.id
        for cause in knowledge.causes.values()
        if any(_asks(each, asking) for each in (cause.needs, *(row.when for row in cause.evidence)))
    )


def _patterns_by_age(knowledge: Knowledge) -> set[str]:
    """Patterns, and features that are present as well with something, which ask for the age."""
    found: set[str] = set()
    ways = dict(_further_ways(knowledge))
    while more := {name for name, when in ways.items() if _asks(when, found | {AGE})} - found:
        found |= more
    return found


def _further_ways(knowledge: Knowledge) -> Iterator[tuple[str, Condition]]:
    yield from ((name, each.when) for name, each in knowledge.derived.items())
    yield from ((name, each.or_when) for name, each in knowledge.features.items() if each.or_when)


def _asks(condition: Condition, names: set[str]) -> bool:
    return any(use.feature in names for use in condition.uses)


def of_health_status(knowledge: Knowledge) -> Mapping[str, str]:
    """By id the label of what assessments of function, substance use and cognition can answer."""
    named = {*HEALTH_STATUS, *(each.id for each in knowledge.features.values() if each.group == "function")}
    return {name: knowledge.features[name].label for name in knowledge.features if name in named}


HEALTH_STATUS = ("alcohol_excess", "iv_drug_use", "nitrous_oxide", "cognitive_decline")
"""Besides those of the group of function."""
