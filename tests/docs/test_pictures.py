"""The pictures of the docs: each is shown, said in words too, small, and can be taken anew."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.screenshots import FOLDER, PICTURES

TOP = Path(__file__).resolve().parents[2]
MOST_BYTES = 200 * 1024
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
"""A picture in Markdown: its words and its place."""


def shown() -> dict[Path, str]:
    """The words for each picture in README and docs."""
    docs = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")]
    found = ((doc, *match) for doc in docs for match in SHOWN.findall(doc.read_text(encoding="utf-8")))
    return {(doc.parent / place).resolve(): words for doc, words, place in found}


def test_the_pictures_that_there_are_can_be_taken_anew_and_no_other() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {f"{picture.name}.png" for picture in PICTURES}


def test_every_picture_is_shown_with_words_for_who_does_not_see_it() -> None:
    assert set(shown()) == set(FOLDER.iterdir())
    assert all(len(words) > 40 for words in shown().values())


def test_the_readme_shows_the_test_bench() -> None:
    assert SHOWN.findall((TOP / "README.md").read_text(encoding="utf-8"))


def test_a_picture_is_small() -> None:
    assert [file.name for file in FOLDER.iterdir() if file.stat().st_size > MOST_BYTES] == []
