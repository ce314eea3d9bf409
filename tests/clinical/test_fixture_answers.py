"""Every fixture, posted over HTTP, gets the answer that was read and recorded."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from cds_service import fixtures
from cds_service.recording import MOMENT
from tests.record_fixtures import BASE_URL, answer_to

# What the clinical specification expects of its worked examples, and what the other stories say.
# (level of the first card, red flags shown, first cause)
EXPECTED: dict[str, tuple[str | None, set[str], str | None]] = {
    "ascending-weakness-with-low-vital-capacity": ("critical", {"rf_gbs", "rf_nm_respiratory"}, "gbs"),
    "back-pain-weakness-denied": (None, set(), None),
    "cancer-with-thoracic-pain-and-weak-legs": ("critical", {"rf_mscc"}, "cord_compression"),
    "everything-empty": (None, set(), None),
    "falls-with-full-power": (None, set(), None),
    "fatigable-weakness-with-ptosis": ("info", set(), "myasthenia_gravis"),
    "fever-back-pain-and-weak-legs": ("critical", {"rf_sea"}, "spinal_epidural_abscess"),
    "leg-weakness-with-new-breathlessness": ("critical", {"rf_breathing"}, "gbs"),
    "leg-weakness-with-severe-pain": ("warning", {"rf_severe_pain"}, "muscle_strain_msk"),
    "messy-chart": ("critical", {"rf_stroke"}, "stroke"),
    "numb-feet-in-diabetes": ("info", set(), "peripheral_neuropathy"),
    "old-stroke-yearly-review": (None, set(), None),
    "paralysis-with-low-potassium": ("critical", {"rf_potassium_low"}, "hypokalaemic_paralysis"),
    "progressive-foot-drop-with-wasting": ("warning", {"rf_worsening"}, "als"),
    "quiet-chart": (None, set(), None),
    "refuted-and-old-only": (None, set(), None),
    "sciatica-with-saddle-numbness": ("critical", {"rf_ces"}, "cauda_equina"),
    "sciatica-with-weak-ankle": ("info", set(), "lumbar_disc_radiculopathy"),
    "sore-thighs-after-hill-run": ("info", set(), "doms"),
    "spinal-stenosis-claudication": ("info", set(), "lumbar_spinal_stenosis"),
    "sudden-cold-painful-leg": ("critical", {"rf_ali"}, "acute_limb_ischaemia"),
    "sudden-right-sided-weakness": ("critical", {"rf_stroke"}, "stroke"),
    "weak-aching-thighs-on-statin": ("warning", {"rf_ck_high"}, "statin_myopathy"),
    "weakness-with-numbness-getting-worse": ("warning", {"rf_persistent_numb"}, "peripheral_neuropathy"),
}


def test_every_fixture_has_an_expectation() -> None:
    assert set(EXPECTED) == set(fixtures.names())


def _gist(answer: dict[str, Any]) -> tuple[str | None, set[str], str | None]:
    cards = answer["cards"]
    if not cards:
        return None, set(), None
    assessment = cards[0]["extension"]["org.leg-weakness-cds.assessment"]
    flags = {flag["id"] for flag in assessment.get("redFlags", [])}
    return cards[0]["indicator"], flags, assessment["causes"][0]["id"] if assessment.get("causes") else None


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize(
    "now",
    [
        datetime.now(UTC),
        datetime(2028, 2, 29, 0, 5, tzinfo=UTC),
        datetime(2027, 1, 1, 8, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    ],
    ids=["now", "leap day", "new year", "summer time"],
)
def test_red_flags_and_first_cause_are_those_of_the_specification(name: str, now: datetime) -> None:
    assert _gist(answer_to(name, now)) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize(
    "now", [MOMENT, datetime(2027, 3, 1, 13, 0, tzinfo=UTC)], ids=["as recorded", "months later"]
)
def test_the_answer_is_the_recorded_one(name: str, now: datetime) -> None:
    assert answer_to(name, now) == fixtures.expected(name, now, BASE_URL)


def test_no_answer_is_recorded_with_the_dates_of_one_day() -> None:
    for name in fixtures.names():
        expected = json.dumps(fixtures.expected(name, datetime(2031, 5, 5, 14, 0, tzinfo=UTC), BASE_URL))
        assert not re.findall(r"\b2026\b", expected)
