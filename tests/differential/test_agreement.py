"""The fast reading of the content and the slow one agree on 10,000 charts."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from cards import assessment
from cards.facts import Facts
from cards.features import Features
from cards.findings import Chart, Person
from cards.followers import follow_from_others
from cards.knowledge import BESIDE, Knowledge, load
from tests.differential.charts import Charts
from tests.differential.given import Content, Drawn
from tests.differential.reading import Patient

IN_A_TEST = 1000


def fast(drawn: Drawn, knowledge: Knowledge) -> tuple[Any, ...]:
    """What the service says of a chart whose features have been read."""
    facts = Facts(knowledge, drawn.facts)
    follow_from_others(facts, knowledge)
    chart = Chart(Person(), drawn.findings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "read_features", lambda *_: Features(facts, (), weak=False))
        patch.setattr(assessment, "missing", lambda *_, **__: ())
        found = assessment.assess(chart, knowledge, drawn.now)
    return (
        tuple(
            (flag.rule.id, flag.critical, flag.known_since.source.reference if flag.known_since else "")
            for flag in found.red_flags
        ),
        found.differential_due,
        tuple((ranked.cause.id, ranked.score) for ranked in found.causes),
        tuple(cause.id for cause in found.not_enough),
    )


def slow(drawn: Drawn, content: Content) -> tuple[Any, ...]:
    return Patient(content, drawn).verdict()


@cache
def shipped() -> tuple[Knowledge, Content, Charts]:
    content = Content(BESIDE)
    return load(), content, Charts(content)


def disagreements(
    numbers: range, charts: Charts, knowledge: Knowledge, content: Content
) -> list[tuple[int, object, object]]:
    """The numbers of the charts on which the two readings differ, with what each says."""
    drawn = ((number, charts.chart(number)) for number in numbers)
    said = ((number, fast(chart, knowledge), slow(chart, content)) for number, chart in drawn)
    return [each for each in said if each[1] != each[2]]


@pytest.mark.parametrize("first", range(0, 10_000, IN_A_TEST))
def test_both_readings_say_the_same_of_every_chart(first: int) -> None:
    knowledge, content, charts = shipped()
    assert disagreements(range(first, first + IN_A_TEST), charts, knowledge, content) == []
