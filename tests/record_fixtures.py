"""Records what the service answers to each fixture, for a person to read before it is kept.

    python -m tests.record_fixtures [NAME ...]

Writes `fixtures/<name>/expected.json`, with dates as placeholders that count back from now. A recorded
answer proves nothing by itself: read the card, and the story beside it, before committing.
"""

from __future__ import annotations

import sys
from datetime import datetime
from functools import cache
from typing import Any

from cds_service import fixtures
from cds_service.app import Service, create_app
from cds_service.places import fixtures_folder
from cds_service.recording import MOMENT, expected_text, to_record
from cds_service.settings import Settings

__all__ = ["MOMENT", "answer_to", "record"]


@cache
def _service() -> Service:
    return create_app(Settings())


def answer_to(name: str, now: datetime) -> dict[str, Any]:
    """The JSON that leaves when the fixture is posted at `now`, its content digest left out."""
    service = _service()
    service.clock = lambda: now
    response = service.test_client().post("/cds-services/leg-weakness", json=fixtures.call(name, now))
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return to_record(answer)


def record(name: str) -> None:
    path = fixtures_folder() / name / "expected.json"
    path.write_text(expected_text(answer_to(name, MOMENT), MOMENT), encoding="utf-8")


if __name__ == "__main__":
    for each in sys.argv[1:] or fixtures.names():
        record(each)
