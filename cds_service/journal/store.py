"""Writes the journal. Each method is one transaction, which happens wholly or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from threading import Lock
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from cds_service.errors import EntryRefused, JournalUnavailable, SchemaTooNew
from cds_service.journal import schema
from cds_service.journal.engine import open_engine
from cds_service.journal.entries import Call, Feedback
from cds_service.journal.tables import call_part, card, feedback, seen_token, tally

PRUNED_AT_ONCE = 1000
"""Rows in one transaction: nobody who writes meanwhile waits for long."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of some feedback."""

    new: int
    repeated: int
    unknown_cards: int
    """Cards of which the journal has no row: not yet, no longer, or never."""


class Word(NamedTuple):
    """What was said of a card."""

    outcome: str
    reason_system: str | None
    reason: str | None


class Store:
    """One database. Raises `JournalUnavailable` for what may go away, `EntryRefused` for what will not."""

    def __init__(self, url: str, *, opened: Callable[[str], Engine] | None = None) -> None:
        """Nothing is connected yet. `opened` hands in another engine; only tests do."""
        self._engine = (opened or open_engine)(url)
        self._sound = False
        self._lock = Lock()

    def write(self, calls: Sequence[Call]) -> None:
        """The same call twice gives its cards once, and counts twice.

        With other evidence behind the same card nobody can say which was put aside: it has no mark then.
        """
        with self._transaction() as connection:
            rows = _by_uuid(shown for call in calls for shown in _cards(call))
            if rows:
                statement = self._insert(card)
                mark = statement.excluded.mark
                kept = {"mark": sa.case((card.c.mark == mark, card.c.mark), else_=None)}
                # In one order, here and below, so that two writers never wait for each other.
                connection.execute(
                    statement.on_conflict_do_update(index_elements=[card.c.card], set_=kept),
                    [rows[key] for key in sorted(rows)],
                )
            self._add(connection, tally, ("calls", "calls_with_card"), _tallies(calls))
            self._add(connection, call_part, ("calls",), _parts(calls))

    def _add(
        self, connection: Connection, table: Table, names: Sequence[str], counted: list[dict[str, Any]]
    ) -> None:
        """Add to the counts that are there."""
        if not counted:
            return
        statement = self._insert(table)
        more = {name: table.c[name] + statement.excluded[name] for name in names}
        keys = list(table.primary_key)
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=more), counted)

    def add_feedback(self, given: Sequence[Feedback]) -> Stored:
        rows = {each.key: _feedback(each) for each in given}
        if not rows:
            return Stored(0, 0, 0)
        cards = {each.card for each in given}
        with self._transaction() as connection:
            statement = self._insert(feedback).on_conflict_do_nothing().returning(feedback.c.key)
            new = len(connection.scalars(statement, [rows[key] for key in sorted(rows)]).all())
            known = set(connection.scalars(sa.select(card.c.card).where(card.c.card.in_(cards))))
        return Stored(new, len(given) - new, len(cards - known))

    def last_words(self, client: str, marks: Collection[str], since: date) -> dict[str, frozenset[Word]]:
        """Per mark what was said last of the cards that have it and were shown on that day or later.

        One word, or two: the last by the EHR's clock, and the last that came. Only what the client itself
        said of its own cards counts.
        """
        statement = (
            sa.select(card.c.mark, feedback.c.outcome, feedback.c.reason_system, feedback.c.reason)
            .select_from(card.join(feedback, card.c.card == feedback.c.card))
            .where(card.c.mark.in_(marks), card.c.day >= since)
            .where(card.c.client == client, feedback.c.client == client)
        )
        key = feedback.c.key.desc()
        by_clock = statement.order_by(feedback.c.at, feedback.c.received, key)
        by_receipt = statement.order_by(feedback.c.received, feedback.c.at, key)
        with self._transaction() as connection:
            said, came = (
                {mark: Word(*word) for mark, *word in connection.execute(each)}
                for each in (by_clock, by_receipt)
            )
        return {mark: frozenset((word, came.get(mark, word))) for mark, word in said.items()}

    def forget_marks(self, kept: Mapping[str, date], *, dry_run: bool = False) -> int:
        """Take away those of other clients, and those of cards shown before the day; how many there were."""
        counting = (sa.and_(card.c.client == client, card.c.day >= day) for client, day in kept.items())
        over = sa.and_(card.c.mark.is_not(None), sa.not_(sa.or_(sa.false(), *counting)))
        if dry_run:
            return self._count(card, over)
        some = sa.select(card.c.card).where(over).limit(PRUNED_AT_ONCE)
        return self._little_by_little(sa.update(card).where(card.c.card.in_(some)).values(mark=None))

    def first_use(self, client: str, digest: str, expires: int) -> bool:
        """Whether nobody has used the token before; of two at the same time one is the first."""
        row = {"digest": digest, "client": client, "expires": expires}
        with self._transaction() as connection:
            # The row itself says it; how many rows there were is not told by every driver.
            inserted = self._insert(seen_token).on_conflict_do_nothing().returning(seen_token.c.digest)
            return connection.scalar(inserted, row) is not None

    def forget_tokens(self, now: int) -> int:
        """Remove those that are refused as expired anyway; how many there were."""
        return self._remove(seen_token, seen_token.c.expires < now)

    def prune(self, before: date, *, dry_run: bool = False) -> dict[str, int]:
        """Remove what is older than that day, a little at a time; how many rows of each table."""
        start = datetime.combine(before, time())
        old = {
            card: card.c.day < before,
            tally: tally.c.day < before,
            call_part: call_part.c.day < before,
            feedback: feedback.c.received < start,
            seen_token: seen_token.c.expires < start.replace(tzinfo=UTC).timestamp(),
        }
        return {
            table.name: self._count(table, is_old) if dry_run else self._remove(table, is_old)
            for table, is_old in old.items()
        }

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """One that knows ON CONFLICT, which is no standard SQL."""
        if self._engine.dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)

    def _count(self, table: Table, which: sa.ColumnElement[bool]) -> int:
        with self._transaction() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(table).where(which)) or 0

    def _remove(self, table: Table, which: sa.ColumnElement[bool]) -> int:
        keys = sa.tuple_(*table.primary_key)
        some = sa.select(*table.primary_key).where(which).limit(PRUNED_AT_ONCE)
        return self._little_by_little(sa.delete(table).where(keys.in_(some)))

    def _little_by_little(self, change: sa.Delete | sa.Update) -> int:
        """`change` is of `PRUNED_AT_ONCE` rows, and repeated until there are no more; how many there were."""
        changed, last = 0, PRUNED_AT_ONCE
        while last == PRUNED_AT_ONCE:
            with self._transaction() as connection:
                last = connection.execute(change).rowcount
            changed += last
        return changed

    def connect(self) -> None:
        """So that the next transaction need not."""
        with self._transaction():
            pass

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            self._make_sound()
            with self._engine.begin() as connection:
                yield connection
        except (DataError, IntegrityError) as error:
            raise EntryRefused(kind_of(error)) from None
        except SQLAlchemyError as error:
            self._sound = False  # it may come back as another database
            raise JournalUnavailable(kind_of(error)) from None
        except SchemaTooNew:
            raise JournalUnavailable("schema-newer") from None

    def _make_sound(self) -> None:
        """Where the database could not be reached at start, its tables are made once it can."""
        if self._sound:
            return
        with self._lock:
            schema.ensure(self._engine)
            self._sound = True


def kind_of(error: SQLAlchemyError) -> str:
    """The kind of fault by its name, such as SQLITE_FULL; never the message, which may quote a row."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    named = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return " ".join(filter(None, (type(cause or error).__name__, named)))


def _cards(call: Call) -> Iterable[dict[str, Any]]:
    return (
        {
            "card": shown.card,
            "day": call.day,
            "client": call.client,
            "mode": call.mode,
            "topic": shown.topic,
            "indicator": shown.indicator,
            "rules": list(shown.rules),
            "content_version": call.content_version,
            "content_digest": call.content_digest,
            "mark": shown.mark,
        }
        for shown in call.cards
    )


def _by_uuid(shown: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each card once; without a mark where the same uuid was shown with different ones."""
    rows: dict[str, dict[str, Any]] = {}
    for each in shown:
        before = rows.setdefault(each["card"], each)
        if before["mark"] != each["mark"]:
            rows[each["card"]] = before | {"mark": None}
    return rows


def _tallies(calls: Sequence[Call]) -> list[dict[str, Any]]:
    counted: dict[tuple[date, str, str], list[int]] = {}
    for call in calls:
        count = counted.setdefault((call.day, call.client, call.mode), [0, 0])
        count[0] += 1
        count[1] += bool(call.cards)
    return [
        {"day": day, "client": client, "mode": mode, "calls": count[0], "calls_with_card": count[1]}
        for (day, client, mode), count in sorted(counted.items())
    ]


def _parts(calls: Sequence[Call]) -> list[dict[str, Any]]:
    counted = Counter((call.day, call.client, call.mode, *part) for call in calls for part in call.parts)
    names = ("day", "client", "mode", "part", "name")
    return [dict(zip(names, key, strict=True)) | {"calls": count} for key, count in sorted(counted.items())]


def _feedback(given: Feedback) -> dict[str, Any]:
    return {
        "key": given.key,
        "card": given.card,
        "outcome": given.outcome,
        "reason": given.reason,
        "reason_system": given.reason_system,
        "suggestions": list(given.suggestions),
        "client": given.client,
        "at": _plain(given.at or given.received),
        "received": _plain(given.received),
        "comment": given.comment,
    }


def _plain(moment: datetime) -> datetime:
    """UTC without a zone, whole seconds: the same in both databases."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
