"""The cards of the ward charts are the ones that somebody has read aloud and found good.

When one differs on purpose: `python -m tests.record_cards NAME`, read it aloud, and keep it if a tired
clinician would understand it in five seconds.
"""

from __future__ import annotations

import difflib
import re

import pytest

from tests.clinical.cards import CHARTS
from tests.record_cards import FOLDER, path, shown


@pytest.mark.parametrize("name", CHARTS)
def test_the_cards_are_as_they_were_read(name: str) -> None:
    assert path(name).is_file(), f"not recorded: python -m tests.record_cards {name}"
    before = path(name).read_text(encoding="utf-8").splitlines()
    lines = difflib.unified_diff(
        before, shown(name).splitlines(), "as read", "as given now", lineterm="", n=1
    )
    difference = "\n".join(lines)
    assert not difference, f"{difference}\n\nOn purpose? python -m tests.record_cards {name}, and read it."


def test_each_recorded_card_has_its_chart() -> None:
    assert {file.stem for file in FOLDER.glob("*.md")} == set(CHARTS)


def test_there_are_cards_of_every_kind() -> None:
    texts = [path(name).read_text(encoding="utf-8") for name in CHARTS]
    headings = [found for text in texts for found in re.findall(r"^## ([A-Z]+): ", text, re.MULTILINE)]
    assert len(texts) >= 40
    assert min(headings.count(kind) for kind in ("CRITICAL", "WARNING", "INFO")) >= 10
