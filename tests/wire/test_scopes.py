"""What a token may read, by its SMART scopes of version 1 and 2."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.scopes import READ, SEARCH, asked_under, scopes

ALL = frozenset({()})
NONE: frozenset[Any] = frozenset()
LAB = ("category", "laboratory")
VITAL = ("category", "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs")


@pytest.mark.parametrize(
    ("written", "search", "read"),
    [
        # Version 1
        ("patient/*.read", ALL, ALL),
        ("patient/*.*", ALL, ALL),
        ("user/Observation.read", ALL, ALL),
        ("system/Observation.*", ALL, ALL),
        ("patient/Observation.write", NONE, NONE),
        ("patient/Condition.read", NONE, NONE),
        # Version 2
        ("patient/Observation.rs", ALL, ALL),
        ("patient/Observation.cruds", ALL, ALL),
        ("user/*.rs", ALL, ALL),
        ("patient/Observation.s", ALL, NONE),
        ("patient/Observation.r", NONE, ALL),
        ("patient/Observation.cud", NONE, NONE),
        ("patient/Observation.sr", ALL, ALL),  # the standard has an order; nobody is hurt by another
        ("patient/Observation.", ALL, ALL),  # is no scope
        ("patient/Observation.rs?category=laboratory", {(LAB,)}, {(LAB,)}),
        (
            f"patient/Observation.rs?category=laboratory patient/Observation.rs?category={VITAL[1]}",
            {(LAB,), (VITAL,)},
            {(LAB,), (VITAL,)},
        ),
        ("patient/Observation.rs?category=laboratory patient/*.rs", ALL, ALL),
        ("patient/Observation.rs?", ALL, ALL),
        ("patient/Observation.rs?laboratory", {(("laboratory", ""),)}, {(("laboratory", ""),)}),
        # Among others
        ("launch openid fhirUser patient/Observation.rs offline_access", ALL, ALL),
        ("launch patient/Condition.rs", NONE, NONE),
        # Nothing said of resources: the server has to say what it gives
        ("", ALL, ALL),
        (None, ALL, ALL),
        ("launch openid", ALL, ALL),
        ("everything", ALL, ALL),
    ],
)
def test_what_may_be_read_of_observations(written: str | None, search: Any, read: Any) -> None:
    found = scopes(written)
    assert found.restrictions("Observation", SEARCH) == search
    assert found.restrictions("Observation", READ) == read


@pytest.mark.parametrize(
    ("asked", "only", "sent", "whole"),
    [
        ({"patient": "p1"}, (), {"patient": "p1"}, True),
        ({"patient": "p1"}, (LAB,), {"patient": "p1", "category": "laboratory"}, False),
        ({"category": "laboratory"}, (LAB,), {"category": "laboratory"}, True),
        ({"category": "vital-signs"}, (VITAL,), {"category": "vital-signs"}, True),
        ({"category": "exam"}, (LAB,), None, None),
        ({"category": "laboratory,exam"}, (LAB,), {"category": "laboratory"}, False),
        ({"category": "laboratory"}, (("category", "exam,laboratory"),), {"category": "laboratory"}, True),
        (
            {"a": "1"},
            (LAB, ("status", "final")),
            {"a": "1", "category": "laboratory", "status": "final"},
            False,
        ),
    ],
)
def test_a_search_under_a_restriction(asked: Any, only: Any, sent: Any, whole: Any) -> None:
    assert asked_under(asked, only) == (None if sent is None else (sent, whole))
