"""The hazard log is whole, and every control has tests that are there."""

from __future__ import annotations

import csv

import pytest

from tests.docs.markdown import TOP
from tests.docs.named_tests import gone

LOG = TOP / "docs" / "safety" / "hazard-log.csv"
COLUMNS = [
    "id",
    "hazard",
    "cause",
    "effect",
    "severity",
    "likelihood",
    "control",
    "tests",
    "residual",
    "owner",
]
OWNERS = {
    "maintainers",
    "maintainers: clinical content",
    "site: clinical safety officer",
    "site: integration analyst",
    "site: operator",
}
"""Roles: who they are at a site, the site says."""
with LOG.open(encoding="utf-8", newline="") as file:
    HEAD, *LINES = list(csv.reader(file))
HAZARDS = [dict(zip(HEAD, line, strict=True)) for line in LINES]

STARTERS = (
    *("another patient", "Stale", "Missing data", "negated", "old finding read as new", "unit", "side"),
    *("buried", "Over-firing", "outage", "Misleading order", "markup", "in logs", "time zone", "half-loaded"),
    *("Codes of the site", "not meant"),
)
"""With what a log like this has to begin."""


def test_there_are_enough_hazards_each_with_an_id_of_its_own() -> None:
    assert HEAD == COLUMNS
    assert len(HAZARDS) >= 25
    assert [each["id"] for each in HAZARDS] == [f"H{number:02}" for number in range(1, len(HAZARDS) + 1)]
    assert len({each["hazard"] for each in HAZARDS}) == len(HAZARDS)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda each: each["id"])
def test_a_hazard_is_told_whole(hazard: dict[str, str]) -> None:
    assert all(hazard[column].strip() for column in COLUMNS)
    assert hazard["severity"] in set("12345")
    assert hazard["likelihood"] in set("12345")
    assert hazard["owner"] in OWNERS


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda each: each["id"])
def test_its_control_is_held_by_several_tests_that_are_there(hazard: dict[str, str]) -> None:
    tests = hazard["tests"].split()
    assert len(set(tests)) == len(tests) >= 2
    assert [each for each in tests if gone(each)] == []


def test_a_test_that_is_gone_is_found() -> None:
    here = "tests/transparency/test_hazard_log.py"
    assert not gone(f"{here}::test_a_test_that_is_gone_is_found")
    assert gone(f"{here}::test_of_yesterday")
    assert gone(f"{here}::gone")
    assert gone("tests/test_of_yesterday.py::test_a_test_that_is_gone_is_found")


def test_the_hazards_that_everybody_thinks_of_are_there() -> None:
    told = " ".join(each["hazard"] for each in HAZARDS)
    assert [words for words in STARTERS if words not in told] == []


def test_the_docs_say_what_the_repository_cannot_supply() -> None:
    said = (LOG.parent / "README.md").read_text(encoding="utf-8")
    for words in ("Clinical Safety Officer", "DCB0129", "DCB0160", "hazard-log.csv", "intended-use.md"):
        assert words in said
    assert f"{len(HAZARDS)} hazards" in said
