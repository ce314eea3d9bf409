"""Writes the list of patients into docs/sandbox.md, from the fixtures and the answers recorded for them.

python -m tests.write_sandbox_docs
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cds_service import fixtures
from cds_service.recording import MOMENT
from tests.record_fixtures import BASE_URL

PAGE = Path(__file__).resolve().parents[1] / "docs" / "sandbox.md"
BEGIN, END = "<!-- patients: written by python -m tests.write_sandbox_docs -->\n", "<!-- end of patients -->"
URGENCY = ("critical", "warning", "info")


def written_anew(page: str) -> str:
    """The page with today's list. Raises `ValueError` when its marks are gone."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("docs/sandbox.md has lost the marks between which the patients stand.")
    return f"{before}{begin}\n{patients()}\n{end}{after}"


def patients() -> str:
    """One row for each fixture, the most urgent first."""
    rows = sorted((_urgency(cards), _row(name, cards)) for name, cards in _cards().items())
    head = "| Patient | Chart | First card | Cards |\n| --- | --- | --- | --- |\n"
    return head + "".join(row for _, row in rows)


def _cards() -> dict[str, list[dict[str, Any]]]:
    return {name: fixtures.expected(name, MOMENT, BASE_URL)["cards"] for name in fixtures.names()}


def _urgency(cards: list[dict[str, Any]]) -> int:
    return URGENCY.index(cards[0]["indicator"]) if cards else len(URGENCY)


def _row(name: str, cards: list[dict[str, Any]]) -> str:
    person = fixtures.chart(name, MOMENT)["entry"][0]["resource"]["name"][0]
    first = f"**{cards[0]['indicator']}**: {cards[0]['summary']}" if cards else "none, “All clear!”"
    return f"| {' '.join(person['given'])} {person['family']} | `{name}` | {first} | {len(cards)} |\n"


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
