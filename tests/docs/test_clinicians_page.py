"""The page for clinicians names every critical flag, every reason, and the numbers of the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from cards import knowledge, reviews
from cards.knowledge import Rule

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "clinicians.md").read_text(encoding="utf-8")
SAID = " ".join(PAGE.split())
CONTENT = knowledge.load()
CRITICAL = [rule for rule in CONTENT.rules if rule.critical]


@pytest.mark.parametrize("rule", CRITICAL, ids=lambda rule: rule.id)
def test_every_critical_flag_is_named_in_the_words_of_its_link(rule: Rule) -> None:
    listed = SAID.partition("*Critical, review now")[2].partition("*Warnings")[0]
    assert rule.short in [each.strip() for each in listed.partition(":*")[2].split("·")]


def test_the_numbers_are_those_of_the_content() -> None:
    reviewed, of = reviews.counted(CONTENT)
    for words in (
        f"{len(CONTENT.rules)} red flags and {len(CONTENT.causes)} causes",
        f"{reviewed} of {of} statements",
        f"review now ({len(CRITICAL)})",
        f"Warnings ({len(CONTENT.rules) - len(CRITICAL)})",
        f"at most {CONTENT.wording['not_recorded_shown']} items",
    ):
        assert words in SAID


def test_every_reason_to_put_a_card_aside_is_there_and_no_other() -> None:
    rows = [line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| ")]
    assert rows[2:] == list(CONTENT.wording["override_reasons"].values())


def test_it_is_one_page_and_says_whom_to_tell() -> None:
    assert len(PAGE.split()) < 650, "one printed page"
    for words in ("Whom to tell", "clinical safety lead", "No card does not mean that there is no red flag"):
        assert words in SAID
