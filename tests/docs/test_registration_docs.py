"""docs/registration.md names every check and every EHR, and its examples run."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from cds_service import fixtures
from cds_service.cli import main
from cds_service.site.check import CHECKS
from cds_service.site.ehrs import EHRS, known
from cds_service.site.sample import SYNTHETIC

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "registration.md").read_text(encoding="utf-8")
EXAMPLES = [
    shlex.split(line.partition(" > ")[0])[1:]
    for line in TEXT.splitlines()
    if line.startswith("    leg-weakness-cds ")
]


def test_every_check_is_described_in_its_order_and_no_other() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE) == list(CHECKS)


def test_every_ehr_has_its_walkthrough() -> None:
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert len(EHRS) == 4
    for ehr in EHRS:
        title = known().of(ehr).title  # type: ignore[arg-type]  # one of its own list
        assert any(title.startswith(each) for each in headings), title


@pytest.mark.parametrize("arguments", EXAMPLES, ids=lambda arguments: " ".join(arguments[:2]))
def test_an_example_is_understood(arguments: list[str], tmp_path: Path) -> None:
    """Files and addresses of the examples are not there: every option must be one that exists."""
    (tmp_path / "service.toml").write_text('public_base_url = "https://cds.hospital.example"\n')
    assert arguments[0] in {"register", "check-registration"}
    there = [
        str(tmp_path / "service.toml") if each.endswith((".toml", ".pem")) else each for each in arguments
    ]
    if arguments[0] == "check-registration":
        there = [*there, "--help"]
    result = CliRunner().invoke(main, there)
    assert result.exit_code == 0, result.output


def test_every_option_that_is_named_exists() -> None:
    options = {
        name for command in ("register", "check-registration") for name in _options(main.commands[command])
    }
    assert set(re.findall(r"`(--[a-z-]+)", TEXT)) <= options


def _options(command: object) -> set[str]:
    return {name for each in getattr(command, "params", ()) for name in each.opts}


def test_the_synthetic_chart_is_a_fixture_that_gives_a_critical_card() -> None:
    answer = fixtures.expected(SYNTHETIC, datetime(2026, 11, 20, 12, tzinfo=UTC), "https://cds.example")
    assert answer["cards"][0]["indicator"] == "critical"
