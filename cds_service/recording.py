"""How the answer to a fixture is recorded: one way, for whoever records it.

A recorded answer proves nothing by itself: read the card, and the story beside it, before keeping it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from cds_service import fixtures
from cds_service.hooks import CONTENT, EXTENSION

MOMENT = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
"""At which recorded answers are given: in the afternoon, UTC; `cds_service.fixtures` says why."""


def to_record(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON that left, without the digest of the content, which every change of the content changes.

    Raises `KeyError` for a card that does not name it.
    """
    kept = deepcopy(dict(answer))
    for card in kept["cards"]:
        del card["extension"][CONTENT]["digest"]
        if EXTENSION in card["extension"]:
            del card["extension"][EXTENSION]["content"]["digest"]
    return kept


def expected_text(answer: Mapping[str, Any], now: datetime, base_url: str) -> str:
    """The text of expected.json for what `to_record` gave at `now`: dates as placeholders, and one for the
    address of the service, `base_url`.
    """
    text = json.dumps(answer, indent=2, ensure_ascii=False) + "\n"
    return fixtures.template_address(fixtures.template_dates(text, now), base_url)
