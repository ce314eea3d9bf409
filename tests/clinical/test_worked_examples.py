"""Every worked example and edge case of the clinical specification, as charts over HTTP.

The stories stand in `worked_examples/`, by theme. Each chart is posted at several hours of the day, as a
rule that holds at noon must hold at twenty past midnight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from cds_service import fixtures
from tests.clinical.bedside import assessment_of, at_moment, cards_for
from tests.clinical.test_fixture_answers import EXPECTED
from tests.clinical.worked_examples import (
    bladder,
    blood,
    breathing,
    children,
    cord,
    limb,
    main,
    muscle,
    nerve,
    neuropathy,
    old_stroke,
    quiet,
    spine,
    stroke,
)
from tests.clinical.worked_examples.retold import WAYS
from tests.clinical.worked_examples.story import Chart, Story

THEMES: tuple[ModuleType, ...] = (
    main,
    stroke,
    old_stroke,
    bladder,
    cord,
    spine,
    nerve,
    neuropathy,
    breathing,
    muscle,
    blood,
    limb,
    children,
    quiet,
)
STORIES = [each for theme in THEMES for each in vars(theme).values() if isinstance(each, Story)]
MOMENTS = {
    "morning": datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    "00:20": datetime(2026, 11, 22, 0, 20, tzinfo=UTC),
    "03:00": datetime(2027, 3, 1, 3, 0, tzinfo=UTC),
    "23:50": datetime(2028, 2, 29, 23, 50, tzinfo=UTC),
}


def _each_chart() -> list[Any]:
    with at_moment(MOMENTS["morning"]):
        counted = [(each, len(list(each.charts()))) for each in STORIES]
    return [
        pytest.param(each, number, id=f"{each.name}-{number + 1}")
        for each, charts in counted
        for number in range(charts)
    ]


def _check(told: Story, cards: list[dict[str, Any]]) -> None:
    said = assessment_of(cards)
    causes = [cause["id"] for cause in said.get("causes", [])]
    flags = {flag["id"]: flag["indicator"] for flag in said.get("redFlags", [])}
    assert (flags, cards[0]["indicator"] if cards else None) == (told.flags, told.level), told.says
    assert not told.first or causes[:1] == [told.first]
    assert set(told.listed) <= set(causes)
    assert not set(told.never) & set(causes)


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=list(MOMENTS))
@pytest.mark.parametrize(("told", "number"), _each_chart())
def test_a_worked_example_gets_its_cards(told: Story, number: int, moment: datetime) -> None:
    with at_moment(moment):
        cards = cards_for(list(told.charts())[number])
    _check(told, cards)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(("told", "number"), _each_chart())
def test_it_gets_the_same_cards_from_other_systems(
    told: Story, number: int, way: Callable[[Chart], Chart]
) -> None:
    with at_moment(MOMENTS["morning"]):
        cards = cards_for(way(list(told.charts())[number]))
    _check(told, cards)


def test_the_specification_has_161_examples() -> None:
    assert len(STORIES) == 161


def test_no_story_is_told_twice() -> None:
    assert [name for name, count in Counter(each.name for each in STORIES).items() if count > 1] == []
    assert [says for says, count in Counter(each.says for each in STORIES).items() if count > 1] == []


def test_the_main_examples_expect_what_their_fixtures_do() -> None:
    for each in vars(main).values():
        if isinstance(each, Story):
            level, flags, first = EXPECTED[each.name.replace("_", "-")]
            assert (each.level, set(each.flags), each.first or None) == (level, flags, first)
            assert each.name.replace("_", "-") in fixtures.names()
