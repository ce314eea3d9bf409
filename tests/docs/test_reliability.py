"""The tables of faults are whole: enough rows, and every test, log line, metric and code in them is there."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from cds_service import errors
from cds_service.reasons import Reason
from cds_service.trust.refusal import Why
from cds_service.watch.catalogue import METRICS
from cds_service.watch.labels import STAGES
from tests.docs.markdown import text
from tests.docs.named_tests import gone
from tests.docs.test_names import CONTENT, log_lines

PAGE = "docs/reliability.md"
HEAD = "| Fault | Cards | Said | Log, metric | Test |"
THOUGHT_OF = (
    *(
        "Down",
        "Slow",
        "Cut",
        "Lying",
        "Endless",
        "JWKS",
        "Locked",
        "Full",
        "gone",
        "Silent",
        "No file can grow",
    ),
    *(
        "jumps",
        "killed",
        "`evidence`",
        "being written",
        "Memory runs out",
        "switches",
        "audit's server",
        "log",
    ),
)


class Row(NamedTuple):
    """One fault, and what is promised of it."""

    fault: str
    cards: str
    said: str
    logged: str
    tests: str


def found(page: str) -> list[Row]:
    lines = [line for line in page.splitlines() if line.startswith("|") and line != HEAD]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [Row(*cells) for cells in rows if set(cells) != {"---"}]


ROWS = found(text(PAGE))


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def unknown_of(row: Row) -> list[str]:
    """What the row names and what is not there."""
    status = {each.code: each.status for each in errors.ServiceError.__subclasses__()}
    topics = {rule.topic for rule in CONTENT.rules} | {CONTENT.wording["incomplete_topic"]}
    pages = {"/readyz", "/metrics"}
    metrics = {name for each in METRICS for name in (each.name, each.exposed)}
    fields = {"fetched", *Why}
    lines = log_lines().keys() | metrics | fields
    unknown = [each for each in named(row.said) if each not in {*status, *topics, *Reason, *pages}]
    unknown += [each for each in named(row.logged) if each not in lines]
    unknown += [each for each in named(row.tests) if gone(each)]
    pairs = re.findall(r"\b([45]\d\d) `([a-z-]+)`", row.said)
    return unknown + [each for number, each in pairs if str(status.get(each)) != number]


def test_there_are_enough_faults_each_told_once() -> None:
    assert len(ROWS) >= 40
    assert len({row.fault for row in ROWS}) == len(ROWS)


def test_the_faults_that_everybody_thinks_of_are_there() -> None:
    told = " ".join(row.fault for row in ROWS)
    assert [each for each in THOUGHT_OF if each not in told] == []


def test_a_bug_in_each_stage_has_its_row() -> None:
    told = " ".join(row.fault for row in ROWS)
    assert [each for each in STAGES if f"`{each}`" not in told] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fault[:40])
def test_a_fault_is_told_whole_and_names_only_what_is_there(row: Row) -> None:
    assert all(row)
    assert named(row.tests)
    assert unknown_of(row) == []


@pytest.mark.parametrize(
    "wrong",
    [
        Row("f", "c", "500 `overloaded`", "`refused`", f"`{__file__}`"),
        Row("f", "c", "`no-such-code`", "`refused`", ""),
        Row("f", "c", "Nothing", "`no such line`", ""),
        Row("f", "c", "Nothing", "`legweakness_nonsense`", ""),
        Row("f", "c", "Nothing", "`refused`", "`tests/docs/test_reliability.py::test_of_yesterday`"),
    ],
)
def test_what_is_not_there_would_be_found(wrong: Row) -> None:
    assert unknown_of(wrong)
