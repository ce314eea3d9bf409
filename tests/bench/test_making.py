"""Every choice of the bench: its record is valid FHIR, and the service reads from it what was asked for."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from cards.facts import Answer
from cards.findings import Side
from cds_service.bench.change import Change, ChangeRefused, Does, parse
from cds_service.bench.choices import Choice, choices, groups, labelled, left_out
from cds_service.bench.making import makes_a_resource
from tests.bench.beds import KNOWLEDGE, WEAKNESS, assert_valid, changed, facts, read

CHOICES = choices(KNOWLEDGE)
SHAPES_WITHOUT_DENIAL = {"diagnosis", "known", "medication", "procedure", "before_onset", "patient"}
"""Where a record that it is not so says nothing: the content has no absent answer for these."""
MEASURED_ELSEWHERE = {"chair_stand"}
"""There only when the clinic flags a value as low: a value that is not low denies nothing."""


def _weak(choice: Choice) -> tuple[str, ...]:
    """The chart to change: with leg weakness, unless the feature is weakness itself."""
    return () if KNOWLEDGE.features[choice.feature].tier else (WEAKNESS,)


def _ways() -> list[Any]:
    """Each choice with each of its sides, values and units."""
    ways: list[Any] = []
    for choice in CHOICES:
        sides: list[str] = ["", *(side.value for side in Side)] if choice.sided else [""]
        values = [code for code, _ in choice.values] or ([choice.example] if choice.number else [""])
        for side, value in product(sides, values):
            said = [part for part in (side, value) if part]
            ways.append(pytest.param(choice, side, value, id=":".join([choice.feature, *said])))
    return ways


@pytest.mark.parametrize(("choice", "side", "value"), _ways())
def test_what_is_added_is_valid_and_is_read_as_present(choice: Choice, side: str, value: str) -> None:
    change = ":".join(["add", choice.feature, *(part for part in (side, value) if part)])
    chart = changed(*_weak(choice), change)
    fact = facts(chart).get(choice.feature)
    assert_valid(chart)
    assert fact.answer is Answer.PRESENT
    if choice.sided:
        assert (fact.side.value if fact.side else "") == side
    if choice.number:
        assert fact.value == pytest.approx(parse(change).value)
    elif choice.values:
        assert fact.value == value


@pytest.mark.parametrize("choice", [each for each in CHOICES if each.deniable], ids=lambda each: each.feature)
def test_what_is_denied_is_valid_and_never_read_as_present(choice: Choice) -> None:
    chart = changed(*_weak(choice), f"deny:{choice.feature}")
    answer = facts(chart).get(choice.feature).answer
    assert_valid(chart)
    silent = KNOWLEDGE.features[choice.feature].shape in SHAPES_WITHOUT_DENIAL
    silent = silent or choice.feature in MEASURED_ELSEWHERE
    assert answer is (Answer.NOT_RECORDED if silent else Answer.ABSENT)


@pytest.mark.parametrize("choice", [each for each in CHOICES if each.number], ids=lambda each: each.feature)
def test_a_value_may_be_said_in_every_unit_of_the_content(choice: Choice) -> None:
    for unit in KNOWLEDGE.units.get(choice.feature, ()):
        wanted = float(choice.example.split()[0])
        value = (wanted - unit.offset) / unit.factor
        change = Change(Does.ADD, choice.feature, value=value, unit=unit.unit)
        fact = facts(changed(*_weak(choice), str(change))).get(choice.feature)
        assert fact.value == pytest.approx(wanted), unit.unit


@pytest.mark.parametrize("choice", [each for each in CHOICES if each.dated], ids=lambda each: each.feature)
def test_every_date_that_is_asked_for_stands_in_the_record(choice: Choice) -> None:
    parts = [part for part in (choice.example, *(code for code, _ in choice.values[:1])) if part]
    chart = changed(*_weak(choice), ":".join(["add", choice.feature, *parts, "2026-06-15"]))
    assert "2026-06-15" in str(chart)
    assert_valid(chart)


def test_these_features_alone_are_no_choice_each_with_its_reason() -> None:
    """What is worked out of several records cannot be set by one."""
    assert set(left_out()) == {
        "onset_is_explicit",
        "onset_unknown",
        "weakness_laterality",
        "creatinine_rise",
        "body_weight_fall_pct",
    }
    assert {each.feature for each in CHOICES} == set(KNOWLEDGE.features) - set(left_out())
    for name, reason in left_out().items():
        with pytest.raises(ChangeRefused, match=reason[:20]):
            changed(WEAKNESS, f"add:{name}")


def test_every_group_of_the_content_has_choices_and_no_label_means_two() -> None:
    assert list(groups(KNOWLEDGE)) == list(KNOWLEDGE.wording["feature_groups"].values())
    labels = [label for label, _ in labelled(KNOWLEDGE)]
    assert len(set(labels)) == len(labels) == len(CHOICES)


def test_every_coding_that_is_made_is_a_confirmed_one_of_the_content() -> None:
    confirmed = {
        (KNOWLEDGE.system_urls[row.system], row.code) for row in KNOWLEDGE.codes.rows if row.verified
    }
    for choice in CHOICES:
        feature = KNOWLEDGE.features[choice.feature]
        if not makes_a_resource(feature) or choice.feature == WEAKNESS.split(":")[1]:
            continue
        value = choice.example or next((code for code, _ in choice.values), "")
        made = changed(*_weak(choice), ":".join(filter(None, ["add", choice.feature, value])))[-1]
        named = made.get("code") or made.get("medicationCodeableConcept") or made["vaccineCode"]
        for coding in named.get("coding", []):
            assert (coding["system"], coding["code"]) in confirmed
            assert coding["display"]


def test_the_reader_understands_all_of_every_record_that_is_made() -> None:
    for choice in CHOICES:
        value = choice.example or next((code for code, _ in choice.values), "")
        chart = changed(*_weak(choice), ":".join(filter(None, ["add", choice.feature, value])))
        assert read(chart).unread == (), choice.feature
