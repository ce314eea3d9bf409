"""The same chart before and after a change: what the cards say of it, and what the page says that differs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache

import pytest

from cds_service import fixtures
from cds_service.answer import Desk
from cds_service.bench.change import parse
from cds_service.bench.changes import apply
from cds_service.bench.differences import GONE, NEW, CauseMove, Differences, differences
from cds_service.explained import Explained, explained
from cds_service.settings import Settings
from tests.bench.beds import NOW, READER, assert_valid

STROKE = "sudden-right-sided-weakness"
CAUDA = "sciatica-with-saddle-numbness"


@cache
def desk() -> Desk:
    return Desk.ready(Settings())


def told(name: str, *changes: str, now: datetime = NOW) -> Explained:
    """The answer to the call of a fixture whose chart is changed."""
    chart = [entry["resource"] for entry in fixtures.chart(name, now)["entry"]]
    after = apply(chart, [parse(each) for each in changes], now, READER)
    assert_valid(after)
    prefetch = fixtures.prefetch_from(after, fixtures.PREFETCH_KEYS)
    call = fixtures.call(name, now) | {"prefetch": prefetch}
    return explained(json.dumps(call).encode(), desk(), now)


def differing(name: str, *changes: str) -> Differences:
    return differences(told(name), told(name, *changes), UTC)


def flags(of: Explained) -> dict[str, str]:
    assert of.done.assessment is not None
    return {flag.rule.id: flag.indicator for flag in of.done.assessment.red_flags}


def place(of: Explained, cause: str) -> int:
    assert of.done.assessment is not None
    return [each.cause.id for each in of.done.assessment.causes].index(cause) + 1


# The examples of the issue


def test_weakness_and_urinary_retention_today_in_a_quiet_chart_are_a_critical_card() -> None:
    assert told("quiet-chart").level == "no card"
    changed = told("quiet-chart", "add:leg_weakness:both:today", "add:urinary_retention:today")
    assert flags(changed) == {"rf_ces": "critical"}
    assert "etention" in changed.done.cards[0].summary


def test_absent_reflexes_move_guillain_barre_up() -> None:
    weak = ("add:paraparesis:today", "add:stocking_glove", "add:diabetes", "add:infection_6w")
    without = told("quiet-chart", *weak, "deny:reflexes_reduced:today")
    with_it = told("quiet-chart", *weak, "add:reflexes_reduced:today")
    assert (place(without, "gbs"), place(with_it, "gbs")) == (2, 1)
    (first, second, *_) = differences(without, with_it, UTC).causes
    assert (first.label, first.said) == ("Guillain-Barré syndrome", "up from 2 to 1")
    assert second.said == "down from 1 to 2"


def test_low_potassium_with_paralysis_is_a_critical_card() -> None:
    chart = ("add:paraparesis:3h", "add:onset_sudden")
    assert "rf_potassium_low" not in flags(told("quiet-chart", *chart))
    changed = told("quiet-chart", *chart, "add:potassium:2.3 mmol/L:1h")
    assert flags(changed)["rf_potassium_low"] == "critical"
    assert "2.3 mmol/L" in changed.done.cards[0].detail


SADDLE = [
    f"Observation/{each['resource']['id']}"
    for each in fixtures.chart(CAUDA, NOW)["entry"]
    if "saddle" in each["resource"]["id"].removeprefix("lw-saddle")
]


@pytest.mark.parametrize("does", ["remove", "negate"])
def test_without_the_saddle_numbness_and_the_retention_the_cauda_equina_card_changes(does: str) -> None:
    assert flags(told(CAUDA))["rf_ces"] == "critical"
    assert SADDLE
    findings = told(CAUDA).facts
    grounds = {
        each.source.reference
        for name in (
            "saddle_sensory_loss",
            "urinary_retention",
            "pvr_ml",
            "urinary_incontinence",
            "reduced_anal_tone",
        )
        for each in findings.get(name).findings
    }
    numbers = {each for each in grounds if "pvr" in each or "residual" in each}
    changes = [f"{'remove' if each in numbers else does}:{each}" for each in sorted(grounds)]
    changed = differing(CAUDA, *changes)
    assert "critical" not in flags(told(CAUDA, *changes)).values()
    assert changed.no_longer
    (red_flag, *_) = changed.cards
    assert red_flag.said == "gone" or red_flag.said.startswith("lowered")


def test_a_sudden_weakness_of_three_months_ago_is_no_stroke_of_today() -> None:
    assert flags(told(STROKE))["rf_stroke"] == "critical"
    moved = told(STROKE, "add:onset_age_days:3mo")
    assert "rf_stroke" not in flags(moved)
    dates = [
        f"date:{each.source.reference}:3mo"
        for each in told(STROKE).done.chart.findings
        if any(hit.concept in {"cs_hemiparesis", "cs_facial_weakness", "cs_aphasia"} for hit in each.hits)
    ]
    assert dates
    assert "rf_stroke" not in flags(told(STROKE, *dict.fromkeys(dates)))


# What is said of it


def test_nothing_changed_is_said_to_make_no_difference() -> None:
    same = differences(told(STROKE), told(STROKE), UTC)
    assert same.nothing
    assert all(not each.changed for each in same.cards)
    assert not differing("quiet-chart", "add:fever:today").nothing


def test_a_card_that_was_not_there_is_added_with_all_its_lines() -> None:
    changed = differing("quiet-chart", "add:leg_weakness:both:today", "add:urinary_retention:today")
    first = changed.cards[0]
    assert (first.what, first.said, first.before, first.after) == ("red flag", "added", "", "critical")
    assert {line.how for line in (*first.summary, *first.detail)} == {NEW}
    assert len(changed.fired) >= 1
    assert changed.no_longer == ()
    retention = next(each for each in changed.features if each.label.startswith("Urinary retention"))
    assert (retention.before, retention.after) == ("not recorded", "present")
    assert all(each.said.startswith("new at") for each in changed.causes)
    assert not any("**" in line.text or "\\" in line.text for line in first.detail)


def test_a_card_that_goes_is_gone_with_all_its_lines() -> None:
    back = differences(told(STROKE), told("quiet-chart"), UTC)
    assert back.cards[0].said == "gone"
    assert {line.how for line in back.cards[0].detail} == {GONE}
    assert any("troke" in each for each in back.no_longer)
    assert all(each.said.startswith("no longer listed") for each in back.causes)


def test_a_lowered_card_tells_both_levels_and_which_lines_differ() -> None:
    comfort = differing(STROKE, "add:comfort_care:today")
    first = comfort.cards[0]
    assert first.said == "lowered from critical to warning"
    assert {NEW, GONE} <= {line.how for line in (*first.summary, *first.detail)} or first.detail
    assert (comfort.level_before, comfort.level_after) == ("critical", "warning")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (4, 1, "up from 4 to 1"),
        (1, 3, "down from 1 to 3"),
        (2, 2, "still 2"),
        (None, 2, "new at 2"),
        (3, None, "no longer listed (was 3)"),
    ],
)
def test_where_a_cause_went_is_said_in_words(before: int | None, after: int | None, said: str) -> None:
    assert CauseMove("ALS", before, after).said == said
