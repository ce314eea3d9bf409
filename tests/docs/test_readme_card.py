"""The card in the README is the one that the service gives today, dates apart."""

from __future__ import annotations

import re
from pathlib import Path

from cds_service.recording import MOMENT
from tests.record_fixtures import answer_to

README = Path(__file__).parents[2] / "README.md"
DATE = re.compile(r"\d\d \w{3} \d{4}(?: \d\d:\d\d UTC)?")


def _plain(text: str) -> str:
    return " ".join(DATE.sub("DATE", text.replace(">", " ")).split())


def test_the_card_in_the_readme_is_the_card_of_the_service() -> None:
    quoted = "\n".join(
        line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(">")
    )
    card = answer_to("sciatica-with-saddle-numbness", MOMENT)["cards"][0]
    shown = f"**{card['indicator']} · {card['summary']}**\n\n{card['detail']}"
    assert _plain(quoted) == _plain(shown)
