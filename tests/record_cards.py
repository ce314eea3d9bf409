"""Writes the cards of the ward charts, for a person to read aloud before they are kept.

    python -m tests.record_cards [NAME ...]

Writes `tests/clinical/cards/<name>.md`: the story of the chart, then each card as an EHR shows it. The clock
stands still, so the hour of the day and the zone of the machine make no difference.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

from cards import knowledge
from cds_service.app import Service, create_app
from cds_service.settings import Settings
from tests.clinical.cards import CHARTS, story
from tests.clinical.cards.ward import AS_OF

FOLDER = Path(__file__).parent / "clinical" / "cards"


@cache
def _service() -> Service:
    service = create_app(Settings())
    service.clock = lambda: AS_OF
    return service


def answer_to(name: str) -> dict[str, Any]:
    """The JSON that leaves when the EHR opens this chart."""
    response = _service().test_client().post("/cds-services/leg-weakness", json=CHARTS[name]().call())
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def shown(name: str) -> str:
    """What a clinician sees of a chart, as Markdown, without the version and the address of the service."""
    version = knowledge.load().version
    blocks = [f"# {name}", story(name)]
    for card in answer_to(name)["cards"]:
        blocks += ["---", f"## {card['indicator'].upper()}: {card['summary']}", card["detail"]]
        blocks.append(f"*{card['source']['label']}*: {_path(card['source']['url'])}")
        blocks.append("\n".join(f"- {link['label']}: {_path(link['url'])}" for link in card["links"]))
    text = "\n\n".join(blocks) + "\n"
    return text.replace(f"Content {version}.", "Content X.Y.Z.").replace(f" {version}*", "*")


def _path(url: str) -> str:
    return f"`{url.removeprefix(Settings().base_url)}`"


def path(name: str) -> Path:
    return FOLDER / f"{name}.md"


if __name__ == "__main__":
    for each in sys.argv[1:] or CHARTS:
        path(each).write_text(shown(each), encoding="utf-8")
