"""Grades of power as people write them."""

from __future__ import annotations

import pytest

from cards import knowledge
from cds_service.evidence.grades import Grades

GRADES = Grades(knowledge.load().reading["values"])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("4/5", [(None, "4")]),
        ("power 3 out of 5 on the left", [(None, "3")]),
        ("3-4/5, then 4+ / 5", [("3", "4"), (None, "4")]),
        ("14/5", []),
        ("4/50", []),
        ("on 4/5/2024", []),
        ("4 of 5", []),
        ("out of breath", []),
    ],
)
def test_a_grade_is_a_number_of_five(words: str, found: list[tuple[str | None, str]]) -> None:
    assert [each.groups() for each in GRADES.pattern.finditer(words)] == found
    assert GRADES.stand_in(words) is bool(found)
