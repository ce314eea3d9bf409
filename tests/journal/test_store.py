"""What the journal keeps of calls and feedback, once each, whoever else writes at the same time."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cds_service.journal import store as stores
from cds_service.journal.entries import Feedback, ShownCard
from cds_service.journal.store import Store, Word
from cds_service.settings import Settings
from tests.journal.given import DAY, NOON, call, rows, said, shown, uuid
from tests.journal.test_privacy import everything_kept


@pytest.fixture
def store(made: Settings) -> Store:
    return Store(made.database_url)


def test_a_shown_card_is_kept_with_its_rules_content_and_day(store: Store, made: Settings) -> None:
    store.write([call(shown(1, rules=("rf_a", "rf_b")))])
    assert rows(made.database_url, "card") == [
        {
            "card": uuid(1),
            "day": DAY,
            "client": "ehr",
            "mode": "visible",
            "topic": "TopicA",
            "indicator": "critical",
            "rules": ["rf_a", "rf_b"],
            "content_version": "1.0.0",
            "content_digest": "sha256:0",
            "mark": None,
        }
    ]


def test_calls_are_counted_by_day_and_client_with_and_without_a_card(store: Store, made: Settings) -> None:
    store.write([call(), call(shown(1)), call(client="other"), call(day=DAY - timedelta(days=1))])
    store.write([call()])
    counted = {
        (r["day"], r["client"]): (r["calls"], r["calls_with_card"]) for r in rows(made.database_url, "tally")
    }
    assert counted == {
        (DAY, "ehr"): (3, 1),
        (DAY, "other"): (1, 0),
        (DAY - timedelta(days=1), "ehr"): (1, 0),
    }


def test_a_repeated_call_adds_no_card(store: Store, made: Settings) -> None:
    store.write([call(shown(1)), call(shown(1))])
    store.write([call(shown(1), shown(2))])
    assert [row["card"] for row in rows(made.database_url, "card")] == [uuid(1), uuid(2)]


def test_feedback_is_kept_once_also_within_a_batch(store: Store, made: Settings) -> None:
    store.write([call(shown(1))])
    first = store.add_feedback([said(1, at=NOON), said(1, at=NOON), said(2, at=NOON)])
    again = store.add_feedback([said(1, at=NOON, received=NOON + timedelta(hours=1))])
    assert (first.new, first.repeated, first.unknown_cards) == (2, 1, 1)
    assert (again.new, again.repeated, again.unknown_cards) == (0, 1, 0)
    assert len(rows(made.database_url, "feedback")) == 2


@pytest.mark.parametrize(
    "other",
    [
        said(1, "accepted", at=NOON),
        said(1, at=NOON, reason="need-more-info"),
        said(1, at=NOON + timedelta(seconds=1)),
        said(2, at=NOON),
        said(1, at=None),
    ],
)
def test_what_differs_is_no_repeat(store: Store, other: object) -> None:
    assert store.add_feedback([said(1, at=NOON), other]).new == 2  # type: ignore[list-item]


def test_feedback_without_a_time_repeats_whenever_it_comes(store: Store) -> None:
    assert store.add_feedback([said(1)]).new == 1
    assert store.add_feedback([said(1, received=NOON + timedelta(minutes=1))]).repeated == 1


def test_times_are_kept_in_utc_to_the_second(store: Store, made: Settings) -> None:
    at = datetime.fromisoformat("2026-11-20T13:00:00.750+02:00")
    store.add_feedback([said(1, at=at)])
    (row,) = rows(made.database_url, "feedback")
    assert (row["at"], row["received"]) == (datetime(2026, 11, 20, 11), datetime(2026, 11, 20, 12))  # noqa: DTZ001


def test_what_is_older_is_pruned_a_little_at_a_time(
    store: Store, made: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "PRUNED_AT_ONCE", 2)
    old = date(2025, 1, 1)
    store.write([call(*(shown(number) for number in range(5)), day=old), call(shown(9))])
    store.add_feedback([said(1, received=datetime(2025, 1, 1, 23, tzinfo=UTC)), said(9)])
    would = store.prune(date(2025, 1, 2), dry_run=True)
    assert would == {"card": 5, "tally": 1, "call_part": 0, "feedback": 1, "seen_token": 0}
    assert len(rows(made.database_url, "card")) == 6
    assert store.prune(date(2025, 1, 2)) == would
    assert [row["card"] for row in rows(made.database_url, "card")] == [uuid(9)]
    assert [row["card"] for row in rows(made.database_url, "feedback")] == [uuid(9)]
    assert store.prune(date(2025, 1, 2)) == dict.fromkeys(would, 0)


def write_much(url: str, own: int) -> None:
    """In a process of its own: the same cards and feedback as others, and some of its own."""
    store = Store(url)
    for turn in range(10):
        store.write([call(shown(turn), shown(1000 * own + turn)), call()])
        store.add_feedback([said(turn, at=NOON), said(1000 * own + turn, at=NOON)])


def test_several_processes_write_at_once_and_nothing_is_lost_or_doubled(made: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_much, args=(made.database_url, own)) for own in (1, 2)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    assert [each.exitcode for each in writers] == [0, 0]
    wanted = sorted(uuid(turn + 1000 * own) for own in range(3) for turn in range(10))
    assert [row["card"] for row in rows(made.database_url, "card")] == wanted
    assert sorted(row["card"] for row in rows(made.database_url, "feedback")) == wanted
    (tally,) = rows(made.database_url, "tally")
    assert (tally["calls"], tally["calls_with_card"]) == (40, 20)


MARK, OTHER = "a" * 64, "b" * 64


def marked(number: int, mark: str | None = MARK) -> ShownCard:
    return replace(shown(number), mark=mark)


def put_aside(number: int, minute: int = 0, outcome: str = "overridden", **more: Any) -> Feedback:
    return said(number, outcome, at=NOON + timedelta(minutes=minute), **more)


def test_what_was_said_last_of_a_mark_is_found_by_its_client_alone(store: Store) -> None:
    store.write([call(marked(1), marked(3, OTHER)), call(marked(2), client="other")])
    store.add_feedback([put_aside(1, 5, reason="late"), put_aside(1, reason="early")])
    store.add_feedback([put_aside(2, 9, client="other", reason="theirs"), put_aside(1, 9, client="other")])
    assert store.last_words("ehr", [MARK, OTHER], DAY) == {MARK: {Word("overridden", None, "late")}}
    assert store.last_words("ehr", [OTHER], DAY) == {}
    assert store.last_words("ehr", [MARK], DAY + timedelta(days=1)) == {}


def test_of_two_cards_with_one_mark_the_last_word_counts(store: Store) -> None:
    store.write([call(marked(1)), call(marked(2))])
    store.add_feedback([put_aside(1, 5, reason="b"), put_aside(2, 1, reason="a")])
    assert {word.reason for word in store.last_words("ehr", [MARK], DAY)[MARK]} == {"b"}


def test_where_clocks_disagree_the_last_by_each_is_told(store: Store) -> None:
    store.write([call(marked(1))])
    later = NOON + timedelta(minutes=30)
    store.add_feedback([put_aside(1, 5, reason="a"), put_aside(1, 6, reason="b")])
    store.add_feedback([put_aside(1, 1, reason="c", received=later)])
    assert {word.reason for word in store.last_words("ehr", [MARK], DAY)[MARK]} == {"b", "c"}


def test_a_uuid_with_two_marks_has_none(store: Store, made: Settings) -> None:
    store.write([call(marked(1)), call(marked(1)), call(marked(2)), call(marked(2, OTHER)), call(marked(3))])
    store.write([call(marked(1)), call(marked(2)), call(marked(3, OTHER)), call(marked(4))])
    found = {row["card"]: row["mark"] for row in rows(made.database_url, "card")}
    assert found == {uuid(1): MARK, uuid(2): None, uuid(3): None, uuid(4): MARK}


def test_marks_are_forgotten_by_client_and_day_and_their_cards_stay(
    store: Store, made: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "PRUNED_AT_ONCE", 1)
    before = DAY - timedelta(days=1)
    store.write([call(marked(1)), call(marked(2), day=before), call(marked(3), client="other")])
    assert store.forget_marks({"ehr": DAY}, dry_run=True) == 2
    assert store.forget_marks({"ehr": DAY}) == 2
    assert store.forget_marks({"ehr": DAY}) == 0
    found = {row["card"]: row["mark"] for row in rows(made.database_url, "card")}
    assert found == {uuid(1): MARK, uuid(2): None, uuid(3): None}
    assert store.forget_marks({}) == 1
    store.close()
    assert MARK.encode() not in everything_kept(made)
