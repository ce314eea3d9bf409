"""What the tests of the red flags and causes prove, from their own tables: no chart is written twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

from cards.knowledge import Rule
from cds_service.explanations.wording import escaped, listing
from tests.clinical import test_every_cause, test_every_red_flag, test_every_red_flag_branches
from tests.clinical import test_every_red_flag_warning as warnings
from tests.clinical.bedside import (
    LONG_STANDING,
    LONG_STANDING_ALONE,
    OF_NO_ACCOUNT,
    Flag,
    Resource,
    patient,
    words_of,
)
from tests.clinical_docs import charts

MADE = datetime.now(UTC)
"""When the charts of the tables were made: they stand in the modules imported above."""

FLAGS: Mapping[str, Flag] = {**test_every_red_flag.CRITICAL, **warnings.WARNING}


@dataclass(frozen=True)
class Silence:
    """A line of `must_not_trigger` with the charts that prove it."""

    line: str
    charts: tuple[str, ...]


def fires(rule: Rule) -> str:
    """The smallest chart that raises the flag."""
    return charts.told(FLAGS[rule.id].fires, MADE)


def alternatives(rule: Rule) -> Mapping[str, str]:
    """By name the charts of the alternatives of its condition; only rules with many have them."""
    named: Mapping[str, list[Resource]] = test_every_red_flag_branches.ALTERNATIVES.get(rule.id, {})
    return {name: charts.told(record, MADE) for name, record in named.items()}


def silences(rule: Rule) -> list[Silence]:
    """Each line of `must_not_trigger`. A line without a chart is an error, as it would prove nothing."""
    found = [Silence(line, tuple(_silent(FLAGS[rule.id], line))) for line in rule.must_not_trigger]
    bare = [each.line for each in found if not each.charts]
    if bare:
        raise LookupError(f"{rule.id}: no chart for {bare}")
    return found


def _silent(flag: Flag, line: str) -> Iterator[str]:
    if line.startswith(LONG_STANDING):
        yield charts.told(flag.long_standing, MADE)
    elif line.startswith(LONG_STANDING_ALONE):
        alone = charts.told(flag.long_standing_alone, MADE)
        fired = charts.told(flag.long_standing_and_named, MADE)
        yield f"silent: {alone}"
        yield f"fires: {fired}"
    elif line.startswith(OF_NO_ACCOUNT):
        yield from _of_no_account(flag)
    for beginning, records in flag.never.items():
        if line.startswith(beginning):
            yield from (charts.told(record, MADE) for record in records)


def _of_no_account(flag: Flag) -> Iterator[str]:
    """A line for each entry of the chart that fires the rule: the ways in which it was put out of account."""
    entries = [escaped(words_of(entry)) for entry in (flag.weakness, *flag.findings)]
    said = [escaped(what) for what, _ in flag.of_no_account()]
    for entry in entries:
        ways = [each.removeprefix(entry).strip() for each in said if each.startswith(f"{entry} ")]
        yield f"the chart that fires it, but “{entry}” {listing(ways, 'or')}"


def cases(rule: Rule) -> int:
    """How many charts are posted to the service for a rule."""
    flag = FLAGS[rule.id]
    number = 1 + len(alternatives(rule)) + sum(map(len, flag.never.values()))
    number += len(list(flag.of_no_account()))
    for line in rule.must_not_trigger:
        number += line.startswith(LONG_STANDING) + 2 * line.startswith(LONG_STANDING_ALONE)
    return number


@dataclass(frozen=True)
class Order:
    """How a cause is shown first, and what moves it down."""

    first: str
    against: str
    """The condition, as the content writes it."""
    before: str
    """The chart on which it is first before that."""
    then: str
    """What is recorded besides, or instead."""


def order(cause: str) -> Order:
    listed = test_every_cause.CAUSES[cause]
    first = charts.told(patient(*listed.first, age=listed.age), MADE)
    before, after = charts.parts(listed.before, MADE), charts.parts(listed.after, MADE)
    then = [each for each in after if each not in before]
    return Order(first, listed.against, "; ".join(before), "; ".join(then))


@dataclass(frozen=True)
class Test:
    """A test as the documents name it."""

    module: str
    name: str
    texts: tuple[str, ...]
    """The texts of a record that it reads; empty when it is about something else."""

    @property
    def sentence(self) -> str:
        return self.name.removeprefix("test_").replace("_", " ")


@cache
def tests_of(module: str) -> Mapping[str, Test]:
    """The tests of a module of tests/clinical, by name."""
    found = vars(import_module(f"tests.clinical.{module}"))
    return {
        name: Test(module, name, tuple(_texts(function)))
        for name, function in found.items()
        if name.startswith("test_")
    }


def _texts(function: Any) -> Iterator[str]:
    """The first text of each row of its parameters."""
    for mark in getattr(function, "pytestmark", ()):
        if mark.name == "parametrize":
            rows = (getattr(row, "values", row) for row in mark.args[1])
            firsts = (row[0] if isinstance(row, tuple) else row for row in rows)
            yield from (first for first in firsts if isinstance(first, str))
