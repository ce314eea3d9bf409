"""Conditions are asked only where they have a ground in what is recorded; that changes no answer."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from cards.conditions import Condition, condition
from cards.facts import Answer, Fact, Facts
from cards.gaps import answers_to, dependents
from cards.grounds import grounds
from cards.knowledge import Feature, Knowledge, load

KNOWLEDGE: Knowledge = load()


def conditions() -> Iterator[Condition]:
    yield from (derived.when for derived in KNOWLEDGE.derived.values())
    yield from (rule.when for rule in KNOWLEDGE.rules)
    yield from (feature.or_when for feature in KNOWLEDGE.features.values() if feature.or_when)
    for cause in KNOWLEDGE.causes.values():
        yield cause.needs
        yield from (row.when for row in cause.evidence)


CONDITIONS = {each.text: each for each in conditions()}


def some_fact(feature: Feature, chance: Random) -> Fact:
    answer = chance.choice([Answer.PRESENT, Answer.PRESENT, Answer.ABSENT, Answer.NOT_RECORDED])
    value: float | str | None = None
    if feature.values:
        value = chance.choice(feature.values)
    elif feature.unit:
        value = chance.choice([0.0, 1.0, 2.4, 5.0, 40.0, 400.0])
    return Fact(feature.id, answer, value=value, hint_only=chance.random() < 0.2)


def some_facts(seed: int) -> Facts:
    chance = Random(seed)
    features = chance.sample(list(KNOWLEDGE.features.values()), chance.choice([0, 1, 3, 10, 40]))
    return Facts(KNOWLEDGE, [some_fact(feature, chance) for feature in features], hints=chance.random() < 0.8)


@pytest.mark.parametrize("seed", range(40))
def test_what_has_no_ground_is_not_met(seed: int) -> None:
    facts = some_facts(seed)
    for each in CONDITIONS.values():
        support = each.met(facts)
        assert facts.met(each) == support, each.text
        assert facts.meets(each) is each.is_met(facts) is (support is not None), each.text


@pytest.mark.parametrize("seed", range(10))
def test_an_imagined_answer_is_answered_as_if_it_were_recorded(seed: int) -> None:
    facts, chance = some_facts(seed), Random(seed)
    unknown = [feature for feature in KNOWLEDGE.features.values() if not facts.tells(feature.id)]
    for feature in chance.sample(unknown, 20):
        for answer in answers_to(feature, KNOWLEDGE):
            imagined = facts.imagining(answer, dependents(KNOWLEDGE, feature.id))
            recorded = Facts(KNOWLEDGE, [*facts, answer], hints=vars(facts)["_hints"])
            for each in CONDITIONS.values():
                assert imagined.meets(each) is (each.met(recorded) is not None), (feature.id, each.text)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("falls", {"falls"}),
        ("falls and gait_difficulty and stumbles", {"falls"}),
        ("falls or stumbles", {"falls", "stumbles"}),
        ("not falls", None),
        ("not falls and potassium < 2.5", {"potassium"}),
        ("falls or not stumbles", None),
        ('mri_spine_result in ["cord_compression"] and (falls or stumbles)', {"mri_spine_result"}),
    ],
)
def test_the_ground_of_a_condition(text: str, ground: set[str] | None) -> None:
    found = condition(text).ground
    assert found == (None if ground is None else frozenset(ground))


def test_derived_features_are_followed_to_recorded_ones() -> None:
    of = grounds(KNOWLEDGE).of
    for derived in KNOWLEDGE.derived.values():
        assert not (of(condition(derived.id)) or frozenset()) & KNOWLEDGE.derived.keys()


def test_most_conditions_have_a_ground() -> None:
    without = [each for each in CONDITIONS.values() if grounds(KNOWLEDGE).of(each) is None]
    assert len(without) < len(CONDITIONS) / 10
