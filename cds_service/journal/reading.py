"""Reads the journal for reports: counts only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from cds_service.journal import schema
from cds_service.journal.tables import call_part, card, feedback, metadata, tally
from cds_service.site.showing import OFF, VISIBLE


@dataclass(frozen=True, slots=True)
class Period:
    """The days that count, both included, UTC; None is without a bound."""

    since: date | None
    until: date | None
    received_by: datetime
    """Feedback that came later does not count."""

    def holds(self, day: sa.ColumnElement[Any]) -> Iterable[sa.ColumnElement[bool]]:
        if self.since:
            yield day >= self.since
        if self.until:
            yield day <= self.until


@dataclass(frozen=True, slots=True)
class Cards:
    """So many cards of one kind, with the last that clinicians said of each; None: nothing."""

    day: date
    topic: str
    client: str
    outcome: str | None
    reason: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Calls:
    """The hook calls of a day."""

    day: date
    client: str
    calls: int
    with_card: int


def cards(connection: Connection, period: Period) -> list[Cards]:
    """What was said last of a card counts, by the EHR's time, else by that of receipt."""
    latest = (
        sa.func.row_number()
        .over(
            partition_by=feedback.c.card,
            order_by=[feedback.c.at.desc(), feedback.c.received.desc(), feedback.c.key],
        )
        .label("place")
    )
    by = period.received_by.astimezone(UTC).replace(tzinfo=None)
    ranked = sa.select(feedback, latest).where(feedback.c.received <= by).subquery()
    last = sa.select(ranked).where(ranked.c.place == 1).subquery()
    parts = (card.c.day, card.c.topic, card.c.client, last.c.outcome, last.c.reason)
    statement = (
        sa.select(*parts, sa.func.count())
        .select_from(card.outerjoin(last, card.c.card == last.c.card))
        .where(*period.holds(card.c.day))
        .group_by(*parts)
    )
    return [Cards(*row) for row in connection.execute(statement)]


def calls(connection: Connection, period: Period) -> list[Calls]:
    """Those whose cards were shown: feedback comes of no others."""
    statement = sa.select(
        tally.c.day, tally.c.client, sa.func.sum(tally.c.calls), sa.func.sum(tally.c.calls_with_card)
    )
    visible = statement.where(tally.c.mode == VISIBLE, *period.holds(tally.c.day))
    grouped = visible.group_by(tally.c.day, tally.c.client)
    return [
        Calls(day, client, int(made), int(shown)) for day, client, made, shown in connection.execute(grouped)
    ]


@dataclass(frozen=True, slots=True)
class Counted:
    """In how many calls of a day something was so; see `parts`."""

    day: date
    client: str
    part: str
    name: str
    calls: int


def parts(connection: Connection, period: Period, clients: Sequence[str] = ()) -> list[Counted]:
    """Of all calls that were looked at, shown or not; of these clients, or of all where none is named."""
    table = call_part
    keys = (table.c.day, table.c.client, table.c.part, table.c.name)
    wanted = (*period.holds(table.c.day), *_of(clients, table.c.client))
    grouped = sa.select(*keys, sa.func.sum(table.c.calls)).where(*wanted).group_by(*keys)
    return [
        Counted(day, client, part, name, int(count))
        for day, client, part, name, count in connection.execute(grouped.order_by(*keys))
    ]


def acknowledged(connection: Connection, period: Period) -> list[Cards]:
    """Cards that were found and not shown again, as feedback had put them aside."""
    return [
        Cards(each.day, each.name.rpartition(" ")[0], each.client, None, None, each.calls)
        for each in parts(connection, period)
        if each.part == "acknowledged"
    ]


def switched_off(connection: Connection, period: Period, clients: Sequence[str] = ()) -> int:
    """Calls that came while the service was off."""
    wanted = (tally.c.mode == OFF, *period.holds(tally.c.day), *_of(clients, tally.c.client))
    return int(connection.scalar(sa.select(sa.func.sum(tally.c.calls)).where(*wanted)) or 0)


def _of(clients: Sequence[str], column: sa.ColumnElement[str]) -> Iterable[sa.ColumnElement[bool]]:
    if clients:
        yield column.in_(clients)


def unknown_cards(connection: Connection, period: Period) -> int:
    """Cards that feedback came for and that the journal does not have, by the day of receipt."""
    bounds = [feedback.c.received <= period.received_by.astimezone(UTC).replace(tzinfo=None)]
    if period.since:
        bounds.append(feedback.c.received >= datetime.combine(period.since, time()))
    if period.until:
        bounds.append(feedback.c.received < datetime.combine(period.until + timedelta(days=1), time()))
    statement = (
        sa.select(sa.func.count(feedback.c.card.distinct()))
        .select_from(feedback.outerjoin(card, card.c.card == feedback.c.card))
        .where(card.c.card.is_(None), *bounds)
    )
    return connection.scalar(statement) or 0


def info(engine: Engine) -> dict[str, Any]:
    """Schema, rows of each table, and the oldest day."""
    with engine.connect() as connection:
        rows = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
        oldest = connection.scalar(sa.select(sa.func.min(tally.c.day)))
        return {"schema": schema.revision(connection), "rows": rows, "oldestDay": oldest}
