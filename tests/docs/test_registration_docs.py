"""docs/registration.md names every check and every EHR, and its chart is a fixture."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from cds_service import fixtures
from cds_service.site.check import CHECKS
from cds_service.site.ehrs import EHRS, known
from cds_service.site.sample import SYNTHETIC

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "registration.md").read_text(encoding="utf-8")


def test_every_check_is_described_in_its_order_and_no_other() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE) == list(CHECKS)


def test_every_ehr_has_its_walkthrough() -> None:
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert len(EHRS) == 4
    for ehr in EHRS:
        title = known().of(ehr).title  # type: ignore[arg-type]  # one of its own list
        assert any(title.startswith(each) for each in headings), title


def test_the_synthetic_chart_is_a_fixture_that_gives_a_critical_card() -> None:
    answer = fixtures.expected(SYNTHETIC, datetime(2026, 11, 20, 12, tzinfo=UTC), "https://cds.example")
    assert answer["cards"][0]["indicator"] == "critical"
