"""A red flag that did not fire: which answer is lacking, and what the chart has of it that does not count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.assessment import firing, rules_that_fire
from cards.facts import Answer, Fact, Facts
from cards.followers import follow_from_others
from cards.formula import onset_features
from cards.near_misses import Lack, NearMiss, Step, near_misses, uncounted_evidence
from cards.not_counted import Reason
from cards.silencing import facts_of
from cards.spans import Span, spans
from cds_service import fixtures
from cds_service.answer import Desk
from cds_service.explained import Explained, explained
from cds_service.recording import MOMENT
from cds_service.settings import Settings
from tests.clinical.bedside import (
    Resource,
    call_for,
    condition,
    exam,
    measured,
    now,
    patient,
    weakness,
)


@cache
def desk() -> Desk:
    return Desk.ready(Settings())


KNOWLEDGE = desk().knowledge


def told(record: list[Resource]) -> Explained:
    return explained(json.dumps(call_for(record)).encode(), desk(), now())


def misses(answer: Explained) -> dict[str, NearMiss]:
    assessed = answer.done.assessment
    assert assessed is not None
    found = near_misses(assessed, answer.done.chart, answer.knowledge)
    return {miss.rule.id: miss for miss in found}


def lack(record: list[Resource], rule: str, feature: str) -> Lack:
    """That of the feature, in the way that lacks nothing else."""
    steps = misses(told(record))[rule].steps
    alone = [step.lacks[0] for step in steps if len(step.lacks) == 1 and step.lacks[0].feature == feature]
    assert len(alone) == 1, steps
    return alone[0]


# ---- what the chart has of it, and why that does not count


def test_retention_of_months_ago_is_named_with_its_age_and_the_window() -> None:
    old = condition("Urinary retention", since="40 days", status="active")
    missing = lack(patient(weakness(since="2 days"), old), "rf_ces", "urinary_retention")
    (there,) = missing.not_counted
    assert there.why is Reason.TOO_OLD
    assert (round(there.age_days or 0), there.window_days) == (40, 28)


def test_what_is_denied_is_named_as_denied() -> None:
    record = patient(weakness(), exam("Saddle numbness", answer=False))
    missing = lack(record, "rf_ces", "saddle_sensory_loss")
    assert missing.fact.answer is Answer.ABSENT
    assert [each.why for each in missing.not_counted] == [Reason.DENIED]


def test_what_has_no_date_is_named_as_undated() -> None:
    record = patient(weakness(), condition("Saddle anaesthesia", since=None))
    missing = lack(record, "rf_ces", "saddle_sensory_loss")
    assert [each.why for each in missing.not_counted] == [Reason.UNDATED]


def test_a_value_of_a_spoilt_sample_is_named_with_the_reason() -> None:
    spoilt = measured("Potassium", 6.9, "mmol/L", code="loinc 2823-3", note=[{"text": "Sample haemolysed"}])
    missing = lack(patient(weakness(), spoilt), "rf_potassium_high", "potassium")
    assert [(each.why, each.finding.unusable) for each in missing.not_counted] == [
        (Reason.UNUSABLE, "haemolysed")
    ]


def test_an_old_value_that_would_not_have_been_enough_is_not_named() -> None:
    normal = measured("Potassium", 4.1, "mmol/L", code="loinc 2823-3", at="400 days")
    assert lack(patient(weakness(), normal), "rf_potassium_high", "potassium").not_counted == ()


def test_weakness_that_is_too_old_is_why_nothing_is_shown() -> None:
    answer = told(patient(exam("Leg weakness", at="40 days")))
    assessed = answer.done.assessment
    assert assessed is not None
    there = uncounted_evidence(assessed, answer.done.chart, answer.knowledge)
    assert [(each.why, each.finding.label) for each in there] == [(Reason.TOO_OLD, "Leg weakness")]


def test_weakness_that_counts_leaves_nothing_uncounted() -> None:
    answer = told(patient(weakness()))
    assert answer.done.assessment is not None
    assert uncounted_evidence(answer.done.assessment, answer.done.chart, answer.knowledge) == ()


# ---- what is lacking


def test_a_value_is_lacking_by_the_range_that_the_rule_asks_for() -> None:
    record = patient(weakness(), measured("Potassium", 4.1, "mmol/L", code="loinc 2823-3"))
    missing = lack(record, "rf_potassium_high", "potassium")
    assert missing.spans == (Span(low=6.5),)
    assert missing.fact.value == 4.1


def test_what_is_recorded_and_in_the_way_holds_a_rule_back() -> None:
    answer = told_fixture("paralysis-with-low-potassium")
    (first, *_) = misses(answer)["rf_cord"].steps
    assert [(each.feature, each.held_back) for each in first.lacks] == [("potassium", True)]


def test_weakness_of_six_weeks_is_why_guillain_barre_is_not_flagged() -> None:
    (step, *_) = misses(told_fixture("weakness-with-numbness-getting-worse"))["rf_gbs"].steps
    assert [(each.feature, each.spans) for each in step.lacks] == [("onset_age_days", (Span(high=28.0),))]


def test_two_answers_are_told_where_one_is_not_enough() -> None:
    miss = misses(told(patient(measured("Potassium", 7.1, "mmol/L", code="loinc 2823-3"))))
    assert miss["rf_potassium_high"].distance == 1  # any weakness
    falls = misses(told_fixture("falls-with-full-power"))["rf_cannot_bear_weight"]
    assert {each.feature for each in falls.steps[0].lacks} == {"unable_to_walk", "hip_pain"}
    assert falls.steps[0].holds == ("falls",)


def test_nobody_would_be_flagged_with_another_age_than_theirs() -> None:
    found = misses(told(patient(weakness(), age=54)))
    assert "age_years" not in {each.feature for m in found.values() for s in m.steps for each in s.lacks}


def test_a_rule_that_would_be_merged_into_one_that_fired_says_so() -> None:
    found = misses(told_fixture("sudden-cold-painful-leg"))
    assert not found["rf_worsening"].shown  # the artery says more
    order = [miss.shown for miss in found.values() if miss.distance == found["rf_worsening"].distance]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("record", [patient(), patient(weakness(), deceasedBoolean=True)])
def test_nothing_is_near_for_an_empty_chart_nor_for_the_dead(record: list[Resource]) -> None:
    assert misses(told(record)) == {}


# ---- it agrees with the assessment


def told_fixture(name: str) -> Explained:
    return explained(json.dumps(fixtures.call(name, MOMENT)).encode(), desk(), MOMENT)


def changed(facts: Facts, answers: dict[str, object]) -> Facts:
    """The answers with some of them others, by nothing but `Facts.add`."""
    new = Facts(KNOWLEDGE, facts)
    for fact in facts:
        if fact.because and not fact.findings:
            new.add(Fact(fact.feature, Answer.NOT_RECORDED))
    age, unknown, _ = onset_features(KNOWLEDGE)
    for name, answer in answers.items():
        value = answer if isinstance(answer, float | str) else None
        present = Answer.NOT_RECORDED if answer is None else Answer.PRESENT
        new.add(Fact(name, present, value=value))
        if name == age:
            new.add(Fact(unknown, Answer.NOT_RECORDED))
    follow_from_others(new, KNOWLEDGE)
    return new


def combinations(step: Step) -> Iterator[dict[str, object]]:
    names = [each.feature for each in step.lacks]
    for answers in product(*(each.needed for each in step.lacks)):
        yield dict(zip(names, answers, strict=True))


def assert_as_assessed(facts: Facts, found: dict[str, NearMiss], fired: tuple[str, ...]) -> None:
    assert found.keys().isdisjoint(fired)
    for name, miss in found.items():
        for step in miss.steps:
            assert len(step.lacks) == miss.distance
            for answers in combinations(step):
                with_them = firing(changed(facts, answers), KNOWLEDGE)
                assert name in {flag.rule.id for flag in with_them}, (name, answers)
            for one in step.lacks if len(step.lacks) > 1 else ():
                alone = firing(changed(facts, {one.feature: one.needed[0]}), KNOWLEDGE)
                assert name not in {flag.rule.id for flag in alone}, (name, one.feature)


@pytest.mark.parametrize("name", fixtures.names())
def test_with_the_lacking_answers_the_rule_does_fire(name: str) -> None:
    answer = told_fixture(name)
    assert answer.done.assessment is not None
    assert_as_assessed(answer.facts, misses(answer), answer.done.assessment.fired)


_YES_OR_NO = sorted(
    name
    for name, feature in KNOWLEDGE.features.items()
    if not feature.unit and not feature.values and not feature.derive and feature.shape != "patient"
)


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    said=st.sets(st.sampled_from(_YES_OR_NO), max_size=6),
    age=st.sampled_from([0.1, 1.5, 5.0, 20.0, 40.0, 100.0]),
)
def test_for_any_patient_the_lacking_answers_are_enough(said: set[str], age: float) -> None:
    from cards.assessment import Assessment
    from cards.findings import Chart, Person

    facts = facts_of(KNOWLEDGE, {"leg_weakness": True, "onset_age_days": age} | dict.fromkeys(said, True))
    fired = tuple(flag.rule.id for flag in firing(facts, KNOWLEDGE))
    found = near_misses(Assessment(MOMENT, facts, fired=fired), Chart(Person()), KNOWLEDGE)
    assert_as_assessed(facts, {miss.rule.id: miss for miss in found}, fired)


# ---- ranges


@pytest.mark.parametrize(
    ("chosen", "range_"),
    [
        ([200.0, 201.0], Span(low=200.0)),
        ([201.0], Span(low=200.0, with_low=False)),
        ([50.0], Span(high=100.0, with_high=False)),
        ([50.0, 100.0], Span(high=100.0)),
        ([100.0, 150.0], Span(low=100.0, high=200.0, with_high=False)),
    ],
)
def test_tried_values_stand_for_the_range_between_the_thresholds(chosen: list[float], range_: Span) -> None:
    assert spans(chosen, [50.0, 100.0, 150.0, 200.0, 201.0], {100.0, 200.0}) == (range_,)


def test_values_on_both_sides_stand_for_two_ranges() -> None:
    both = spans([50.0, 201.0], [50.0, 100.0, 150.0, 200.0, 201.0], {100.0, 200.0})
    assert both == (Span(high=100.0, with_high=False), Span(low=200.0, with_low=False))
    assert 99.9 in both[0]
    assert 100.0 not in both[0]


@pytest.mark.parametrize("name", fixtures.names())
def test_what_is_only_tried_fires_the_same_red_flags(name: str) -> None:
    call = json.dumps(fixtures.call(name, MOMENT)).encode()
    facts = explained(call, desk(), MOMENT).facts
    unconfirmed = Facts(KNOWLEDGE, [replace(fact, hint_only=True) for fact in facts])
    for each in (facts, unconfirmed):
        assert rules_that_fire(each, KNOWLEDGE) == {flag.rule.id for flag in firing(each, KNOWLEDGE)}
