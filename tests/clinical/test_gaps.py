"""What a card asks for is what would change it most: checked by putting each answer into the chart.

Nothing here is taken from the shortcuts of the service: each answer is added to the facts, all causes are
ranked anew, and the list that a card would then show is compared with the one that it shows now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import NamedTuple

import pytest

from cards import knowledge
from cards.assessment import Assessment, firing
from cards.causes import listed, rank
from cards.facts import Answer, Fact, Facts
from cards.findings import Chart, Finding, Kind, Person, Source
from cards.gaps import missing
from cards.knowledge import Feature, Rule
from cards.touched import all_touched
from cds_service.answer import Desk, answer
from cds_service.hooks import read_call
from cds_service.settings import Settings
from tests.clinical.cards import CHARTS
from tests.clinical.cards.ward import AS_OF

CONTENT = knowledge.load()
SCORING = CONTENT.policy.scoring


class Change(NamedTuple):
    """What one answer would do to the card."""

    points: float
    """For each cause that would be new on the list or rise in it; a new first one counts for more."""
    outcome: frozenset[str] | tuple[str, ...]
    """The critical red flags that it would raise, else the list as it would be."""
    as_weighty: frozenset[object] = frozenset()
    """This outcome, and those of other answers to the same question that count as many points."""


@cache
def desk() -> Desk:
    return Desk.ready(Settings())


@cache
def read(name: str) -> tuple[Chart, Assessment]:
    if name not in CHARTS:
        return Chart(Person()), imagined(Random(name))
    done = answer(read_call(json.dumps(CHARTS[name]().call()).encode()), desk(), AS_OF)
    assert done.assessment is not None
    return done.chart, done.assessment


def imagined(chance: Random) -> Assessment:
    """What is said of facts drawn at random, with and without a red flag among them."""
    drawn = [*chance.sample(sorted(CONTENT.features), 12), chance.choice(["leg_weakness", "numbness_leg"])]
    facts = Facts(CONTENT, [_any_answer(CONTENT.features[name], chance) for name in drawn])
    fired = {flag.rule.id: flag for flag in firing(facts, CONTENT)}
    hidden = {second for first, second in CONTENT.policy.dominates if first in fired}
    flags = [flag for name, flag in fired.items() if name not in hidden]
    critical = [flag.rule for flag in flags if flag.rule.critical]
    ranking = rank(Chart(Person()), facts, CONTENT, AS_OF)
    causes = listed(ranking, critical, CONTENT)
    gaps = missing(facts, ranking, causes, CONTENT, critical=critical)
    return Assessment(AS_OF, facts, tuple(flags), causes=causes, gaps=gaps)


def _any_answer(feature: Feature, chance: Random) -> Fact:
    """With a finding, as recorded facts have one: what is asked in the same words is not asked again."""
    source = Source(f"Condition/{feature.id}", "Condition")
    finding = Finding(source, Kind.CONDITION, feature.label, ())
    answers = all_touched(CONTENT)[feature.id].imagined
    value = chance.choice(answers).fact.value if answers else None
    answer = chance.choice([Answer.PRESENT, Answer.PRESENT, Answer.ABSENT])
    return Fact(feature.id, answer, (finding,), value=value if answer is Answer.PRESENT else None)


def order(chart: Chart, facts: Facts, critical: list[Rule]) -> list[str]:
    ranking = rank(chart, facts, CONTENT, AS_OF)
    return [ranked.cause.id for ranked in listed(ranking, critical, CONTENT)]


def raised(facts: Facts, shown: list[Rule]) -> dict[str, Rule]:
    """The critical rules that fire and that neither another one nor one of the `shown` dominates."""
    fired = {
        rule.id: rule
        for rule in CONTENT.rules
        if rule.critical and facts.holds(rule.gate) and facts.met(rule.when) is not None
        if rule.unless is None or facts.met(rule.unless) is None
    }
    there = {*fired, *(rule.id for rule in shown)}
    hidden = {second for first, second in CONTENT.policy.dominates if first in there}
    return {name: rule for name, rule in fired.items() if name not in hidden}


def change(feature: Feature, chart: Chart, assessed: Assessment) -> Change:
    """The weightiest change that any answer to this feature would make."""
    facts, critical = assessed.facts, [flag.rule for flag in assessed.red_flags if flag.rule.critical]
    now = order(chart, facts, critical)
    found = []
    for imagined in all_touched(CONTENT)[feature.id].imagined:
        after_facts = Facts(CONTENT, [*facts, imagined.fact])
        flags = raised(after_facts, critical)
        new = [rule for name, rule in flags.items() if name not in raised(facts, critical)]
        if critical:
            new = [rule for rule in new if set(rule.suggests) & set(now)]
        after = order(chart, after_facts, [*critical, *new])
        points = sum(cause not in now or rises(cause, now, after) for cause in after)
        first = SCORING.first_cause_gap_points if now[:1] != after[:1] or (critical and new) else 0
        found.append(Change(points + first, frozenset(rule.id for rule in new) or tuple(after)))
    best = max(found, key=weight, default=Change(0, ()))
    return best._replace(as_weighty=frozenset(one.outcome for one in found if one.points == best.points))


def rises(cause: str, now: list[str], after: list[str]) -> bool:
    """Whether it passes a cause that stood above it."""
    above = now[: now.index(cause)]
    return any(other in after and after.index(other) > after.index(cause) for other in above)


def weight(one: Change) -> float:
    return one.points


@cache
def changes(name: str) -> Mapping[str, Change]:
    """Everything that could be asked for, in the words of the content, with what it would change."""
    chart, assessed = read(name)
    known = {CONTENT.features[f.feature].ask for f in assessed.facts if f.findings}
    found: dict[str, Change] = {}
    for feature in CONTENT.features.values():
        unknown = assessed.facts.get(feature.id).answer is Answer.NOT_RECORDED
        if feature.ask and feature.ask not in known and unknown:
            one = change(feature, chart, assessed)
            best = max(found.get(feature.ask, one), one, key=weight)
            same = [each for each in (found.get(feature.ask, one), one) if each.points == best.points]
            as_weighty = frozenset(outcome for each in same for outcome in each.as_weighty)
            found[feature.ask] = best._replace(as_weighty=as_weighty)
    return found


SOME = [
    "child-refusing-to-walk",
    "cord-compression-in-cancer",
    "diabetic-with-long-lists",
    "foot-drop-with-back-pain",
    "labels-without-end",
    "little-recorded",
    "saddle-numbness-told-at-triage",
    "stroke-on-a-long-medication-list",
]
"""Enough to meet every kind of list; to try all answers on all charts takes a minute."""
ANY = [*SOME, *(f"drawn at random, {number}" for number in range(100))]


@pytest.mark.parametrize("name", ANY)
def test_what_is_asked_for_would_change_the_order_more_than_what_is_not(name: str) -> None:
    """Of two that would bring about the same one is asked before the other: the second answer tells less."""
    _, assessed = read(name)
    worth = changes(name)
    asked = [worth[ask] for ask in assessed.gaps]
    outcomes = {outcome for one in asked for outcome in one.as_weighty}
    left = [one for ask, one in worth.items() if ask not in assessed.gaps and one.outcome not in outcomes]
    least = min((one.points for one in asked), default=0)
    assert all(one.points <= least for one in left), [one for one in left if one.points > least]


@pytest.mark.parametrize("name", ANY)
def test_the_most_telling_question_comes_first(name: str) -> None:
    _, assessed = read(name)
    most = max(one.points for one in changes(name).values())
    assert (changes(name)[assessed.gaps[0]].points if assessed.gaps else 0) == most


@pytest.mark.parametrize("name", ANY)
def test_every_question_could_change_the_card_and_there_are_as_many_as_fit(name: str) -> None:
    _, assessed = read(name)
    telling = {ask for ask, one in changes(name).items() if one.points or isinstance(one.outcome, frozenset)}
    assert telling >= set(assessed.gaps)
    assert len(assessed.gaps) == min(len(telling), CONTENT.wording["not_recorded_shown"])


def test_one_question_for_each_red_flag_before_a_second_one_for_the_same() -> None:
    """Bladder, bowel and anal tone all raise cauda equina: one of them is enough."""
    _, assessed = read("labels-without-end")
    asked = set(assessed.gaps)
    assert len(asked & {"bladder function", "bowel control", "anal tone", "saddle sensation"}) == 1


def test_beside_one_critical_red_flag_the_question_for_another_is_asked() -> None:
    """Guillain-Barré syndrome is on the card, and breathing has not been looked at."""
    _, assessed = read("child-refusing-to-walk")
    assert any(flag.critical for flag in assessed.red_flags)
    assert {"vital capacity", "breathing (breathlessness, lying flat)"} & set(assessed.gaps)
    raising = {
        ask for ask, one in changes("child-refusing-to-walk").items() if isinstance(one.outcome, frozenset)
    }
    assert raising & set(assessed.gaps)


def test_what_belongs_to_no_listed_cause_is_not_asked_beside_a_critical_red_flag() -> None:
    """Language is no question for a man with a numb saddle, though its loss would mean a stroke."""
    _, assessed = read("saddle-numbness-told-at-triage")
    assert not {"language and visual fields", "speech", "facial power"} & set(assessed.gaps)


def test_the_charts_above_are_of_both_kinds() -> None:
    critical = [name for name in SOME if any(flag.rule.critical for flag in read(name)[1].red_flags)]
    assert 3 <= len(critical) <= len(SOME) - 3
