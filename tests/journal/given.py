"""Small entries, built part by part, and looks into the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service.app import Service
from cds_service.journal.engine import open_engine
from cds_service.journal.entries import Call, Feedback, ShownCard
from cds_service.journal.tables import metadata
from cds_service.settings import Settings
from cds_service.site.showing import VISIBLE
from tests.wire.calls import SERVICE, cards, condition, everything

Serve = Callable[[Settings], Service]
FEEDBACK = f"{SERVICE}/feedback"
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEAK = everything(conditions=condition("sudden weakness of right leg and arm"))
"""A chart with a red flag."""


@dataclass
class Moving:
    """A clock that stands until it is moved."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


def uuid(number: int) -> str:
    return str(UUID(int=number))


def shown(number: int = 1, topic: str = "TopicA", rules: tuple[str, ...] = ("rf_a",)) -> ShownCard:
    return ShownCard(uuid(number), topic, "critical", rules)


def call(*found: ShownCard, day: date = DAY, client: str = "ehr") -> Call:
    return Call(day, client, VISIBLE, "1.0.0", "sha256:0", found)


def said(number: int = 1, outcome: str = "overridden", **more: Any) -> Feedback:
    given: dict[str, Any] = {"client": "ehr", "received": NOON} | more
    return Feedback(uuid(number), outcome, **given)


def rows(url: str, table: str) -> list[dict[str, Any]]:
    """All rows, sorted by their key."""
    engine = open_engine(url)
    found = metadata.tables[table]
    with engine.connect() as connection:
        got = connection.execute(sa.select(found).order_by(*found.primary_key)).mappings().all()
    engine.dispose()
    return [dict(each) for each in got]


def post(client: FlaskClient, body: Any, **options: Any) -> TestResponse:
    if not isinstance(body, bytes):
        options["json"] = body
        return client.post(FEEDBACK, **options)
    return client.post(FEEDBACK, data=body, **{"content_type": "application/json"} | options)


def item(card: Any, **changes: Any) -> dict[str, Any]:
    given = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-20T11:00:00Z"} | changes
    return {name: value for name, value in given.items() if value is not ...}


def shown_to(client: FlaskClient, **changes: Any) -> list[str]:
    """The uuids of the cards that a chart with a red flag gets."""
    found = [card["uuid"] for card in cards(client, WEAK, **changes)]
    assert found
    return found
