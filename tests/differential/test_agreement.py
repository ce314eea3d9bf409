"""The fast reading of the content and the slow one agree on 10,000 charts."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from cards import assessment
from cards.facts import Answer, Facts
from cards.features import Features
from cards.findings import Chart, Person
from cards.followers import follow_from_others
from cards.knowledge import BESIDE, Knowledge, load
from cards.tunable import Tuning, tuned
from tests.differential.charts import Charts
from tests.differential.given import Content, Drawn
from tests.differential.reading import Patient

CHARTS, IN_A_TEST = 10_000, 1000


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


@cache
def said_as_shipped(number: int) -> tuple[Drawn, tuple[Any, ...]]:
    """A chart, and what the service says of it."""
    knowledge, _, charts = shipped()
    drawn = charts.chart(number)
    return drawn, fast(drawn, knowledge)


def disagreements(numbers: range, content: Content) -> list[tuple[int, object, object]]:
    """The numbers of the charts on which the two readings differ, with what each says."""
    said = ((number, *said_as_shipped(number)) for number in numbers)
    both = ((number, quick, slow(drawn, content)) for number, drawn, quick in said)
    return [each for each in both if each[1] != each[2]]


@pytest.mark.parametrize("first", range(0, CHARTS, IN_A_TEST))
def test_both_readings_say_the_same_of_every_chart(first: int) -> None:
    assert disagreements(range(first, first + IN_A_TEST), shipped()[1]) == []


def test_every_rule_and_every_way_of_the_policy_is_met_in_some_chart() -> None:
    """Else both could be silent on it."""
    content = shipped()[1]
    drawn, verdicts = zip(*map(said_as_shipped, range(CHARTS)), strict=True)
    shown = Counter(flag for flags, *_ in verdicts for flag, _, _ in flags)
    listed = Counter(cause for _, _, causes, _ in verdicts for cause, _ in causes)
    assert {rule for rule in content.rules if shown[rule] < 20} == set()
    assert {cause for cause in content.causes if listed[cause] < 10} == set()
    assert sum(1 for flags, *_ in verdicts for _, _, since in flags if since) >= 20
    assert sum(1 for *_, baseline in verdicts if baseline) >= 100
    critical = {rule for rule, table in content.rules.items() if table["indicator"] == "critical"}
    assert (
        sum(1 for flags, *_ in verdicts for rule, is_critical, _ in flags if is_critical < (rule in critical))
        >= 50
    )
    assert sum(1 for chart in drawn for fact in chart.facts if fact.comparator) >= 100
    states = Counter(fact.answer for chart in drawn for fact in chart.facts)
    assert min(states[answer] for answer in Answer) >= 1000


def changed(content: Content, path: str, before: object, after: object) -> Content:
    """The content with one statement changed at `path`: words, a number, or what is taken off a list."""
    copy = deepcopy(content)
    *tables, key = path.split("/")
    at: Any = copy
    for name in tables:
        at = (
            at[int(name)] if isinstance(at, list) else at[name] if isinstance(at, dict) else getattr(at, name)
        )
    if isinstance(at[key], list):
        at[key].remove(before)
    elif isinstance(before, str):
        assert before in at[key]
        at[key] = at[key].replace(before, after)
    else:
        assert at[key] == before
        at[key] = after
    return copy


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param("rules/rf_ces/when", "pvr_ml >= 200", "pvr_ml > 200", id="a threshold"),
        pytest.param("rules/rf_rapid_bilateral/when", "and rapid", "or rapid", id="an and"),
        pytest.param("rules/rf_stroke/when", "not resolved_within_24h and", "", id="a not"),
        pytest.param("rules/rf_gbs/unless", "sensory_level or", "", id="what points elsewhere"),
        pytest.param("rules/rf_cord/indicator", "critical", "warning", id="a level"),
        pytest.param("rules/rf_gbs/gate", "strong_weakness", "leg_weakness", id="a gate"),
        pytest.param("derived/bilateral", "or paraparesis", "", id="a derived feature"),
        pytest.param("or_when/fever", ">= 38.0", "> 38.0", id="what follows from others"),
        pytest.param("causes/gbs/evidence/2/strength", "strong", "moderate", id="the strength of evidence"),
        pytest.param("causes/gbs/evidence/2/when", "reflexes_reduced", "sensory_level", id="evidence"),
        pytest.param("causes/stroke/prior", "common", "rare", id="a prior"),
        pytest.param("causes/stroke/needs", "stroke_focal_sign or", "", id="what a cause needs"),
        pytest.param("causes/gbs/known_within_days", 42, 14, id="how old a listed diagnosis is"),
        pytest.param("policy/dominates", ["rf_mscc", "rf_cord"], None, id="which flag hides which"),
        pytest.param("policy/generic_rules", "rf_severe_pain", None, id="a general rule"),
        pytest.param("policy/known_recorded/after_days", 1, 2, id="how old a known diagnosis is"),
        pytest.param("policy/baseline/fewer_than", 2, 1, id="how few causes are too few"),
        pytest.param("policy/scoring/max_listed", 5, 4, id="how many causes are listed"),
        pytest.param("policy/scoring/on_problem_list_points", 3, 2, id="points of a listed diagnosis"),
        pytest.param("policy/lower_to_warning_if", "comfort_care", "fatigue", id="what lowers a flag"),
    ],
)
def test_one_changed_statement_is_noticed(path: str, before: object, after: object) -> None:
    """The proof that the comparison can fail: the fast reading has the content as shipped."""
    other = changed(shipped()[1], path, before, after)
    assert any(disagreements(range(first, first + 100), other) for first in range(0, CHARTS, 100))


def test_a_site_that_tunes_is_read_as_if_its_content_were_so_written() -> None:
    knowledge, content, charts = shipped()
    offered = knowledge.tunable.narrowings["rf_persistent_numb", "onset_or_worsening_stated"]
    tuning = Tuning({"causes_listed": 3, "points_to_list": 3}, ((offered.rule, offered.option),))
    so_written = deepcopy(content)
    so_written.policy["scoring"] |= {"max_listed": 3, "list_from": 3}
    numb = so_written.rules["rf_persistent_numb"]
    numb["when"] = f"({numb['when']}) and (onset_is_explicit or worsening or rapid_progression)"
    site = tuned(knowledge, tuning)
    said = [(fast(drawn, site), drawn) for drawn in map(charts.chart, range(500))]
    assert all(quick == slow(drawn, so_written) for quick, drawn in said)
    assert any(quick != slow(drawn, content) for quick, drawn in said)
