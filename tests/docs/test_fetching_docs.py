"""docs/fetching.md tells of each reason what happened, what a card says, and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cds_service import fetching, medication_references, server, settings
from cds_service.query_profiles import CATEGORIES, SEARCHES
from cds_service.reasons import NOT_ASKED, WORDS, Reason

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "fetching.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_every_reason_is_described_with_its_words_and_no_other() -> None:
    described = {code: card for code, _, card, _ in ROW.findall(TEXT)}
    assert described == {reason.value: words.card for reason, words in WORDS.items()}
    assert set(WORDS) == set(Reason)
    assert set(Reason) > NOT_ASKED


@pytest.mark.parametrize("words", WORDS.values())
def test_words_for_a_clinician_are_short_and_name_no_setting(words: tuple[str, str]) -> None:
    card, _ = words
    assert len(card) <= 70
    assert "_" not in card
    assert not re.search(r"\d{3}", card)
    assert not card.endswith(".")


def test_every_category_and_type_is_named() -> None:
    for kind, categories in CATEGORIES.items():
        assert f"| {kind} | {', '.join(f'`{each}`' for each in categories)} |" in TEXT
    assert all(f"`{kind}.read`" in TEXT for kind in (*SEARCHES, "Medication"))


def test_the_numbers_are_those_of_the_code() -> None:
    assert fetching.FETCHING_CALLS == 8
    assert "lets eight of them wait" in TEXT
    assert f"answers {server.THREADS} calls" in TEXT
    described = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert "Up to eight calls of a worker fetch at a time" in described
    assert f"Up to {fetching.PARALLEL} connections" in TEXT
    assert f"up to {medication_references.MOST}\n`Medication/ID`" in TEXT
    assert fetching.FOR_THE_ANSWER == 0.1
    assert f"`time_budget` ({settings.Settings.model_fields['time_budget'].default:g} s)" in TEXT
