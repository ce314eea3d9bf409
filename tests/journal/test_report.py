"""`report feedback`: what became of the cards, and that small counts stay hidden."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from cds_service.cli import main
from cds_service.journal.entries import Call
from cds_service.journal.parts import Part
from cds_service.journal.small_cells import hidden_in_row, hidden_totals
from cds_service.journal.store import Store
from cds_service.settings import Settings
from tests.journal.given import NOON, call, said, shown

MONDAY = date(2026, 11, 16)


def report(settings: Settings, *arguments: str) -> Result:
    environment = {"LEG_WEAKNESS_CDS_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(main, ["report", "feedback", *arguments], env=environment)


def told(settings: Settings, *arguments: str) -> dict[str, Any]:
    result = report(settings, "--json", "--as-of", "2026-11-30", *arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def filled(made: Settings) -> Settings:
    """Topic A: 20 shown in week 47, 8 overridden, 6 accepted; 10 in week 48, all ignored. Topic B: 7."""
    store = Store(made.database_url)
    store.write([call(shown(n, "A"), day=MONDAY) for n in range(20)])
    store.write([call(shown(n, "A"), day=MONDAY + timedelta(days=7)) for n in range(20, 30)])
    store.write([call(shown(n, "B"), day=MONDAY, client="other") for n in range(30, 37)])
    store.write([call(day=MONDAY) for _ in range(100)])
    store.add_feedback([said(n, reason="need-more-info") for n in range(6)])
    store.add_feedback([said(n) for n in range(6, 8)])
    store.add_feedback([said(n, "accepted") for n in range(8, 14)])
    return made


def test_shown_accepted_overridden_and_ignored_are_counted(filled: Settings) -> None:
    found = told(filled, "--min-cell", "1")
    first, second = found["rows"]
    assert (first["topic"], first["shown"], first["accepted"], first["overridden"]) == ("A", 30, 6, 8)
    assert first["ignored"] == 16
    assert first["reasons"] == {"(none given)": 2, "need-more-info": 6}
    assert first["overrideRate"] == pytest.approx(8 / 30)
    assert first["overrideRateInterval"] == pytest.approx([0.1418, 0.4445], abs=0.0001)
    assert (second["topic"], second["shown"], second["ignored"], second["reasons"]) == ("B", 7, 7, {})
    assert (found["total"]["shown"], found["total"]["calls"]) == (37, 137)


def not_shown_again(topic: str, day: date = MONDAY) -> Call:
    return replace(call(day=day), parts=(Part("acknowledged", f"{topic} warning"),))


def test_cards_that_were_not_shown_again_are_counted_apart(filled: Settings) -> None:
    Store(filled.database_url).write([not_shown_again("A") for _ in range(9)])
    Store(filled.database_url).write([not_shown_again("C") for _ in range(6)])
    found = told(filled)
    assert [(row["topic"], row["shown"], row["acknowledged"]) for row in found["rows"]] == [
        ("A", 30, 9),
        ("B", 7, 0),
        ("C", 0, 6),
    ]
    assert found["total"]["acknowledged"] == 15
    weeks = told(filled, "--by", "week")["rows"]
    assert [(row["week"], row["acknowledged"]) for row in weeks] == [("2026-W47", 15), ("2026-W48", 0)]
    said = " ".join(report(filled, "--as-of", "2026-11-30").stdout.split())
    assert "not shown again as acknowledged before: 15 (A: 9; B: 0; C: 6)." in said
    lines = list(csv.DictReader(io.StringIO(report(filled, "--csv", "--as-of", "2026-11-30").stdout)))
    assert [line["acknowledged"] for line in lines] == ["9", "0", "6", "15"]


def test_few_that_were_not_shown_again_are_hidden(filled: Settings) -> None:
    Store(filled.database_url).write([not_shown_again("A") for _ in range(9)])
    Store(filled.database_url).write([not_shown_again("B") for _ in range(2)])
    found = told(filled)
    assert [row["acknowledged"] for row in found["rows"]] == [9, None]
    assert found["total"]["acknowledged"] is None
    assert [row["shown"] for row in found["rows"]] == [30, 7]


def test_where_none_was_acknowledged_nothing_is_said_of_it(filled: Settings) -> None:
    assert "acknowledged" not in report(filled, "--as-of", "2026-11-30").stdout


def test_an_empty_journal_hides_nothing(made: Settings) -> None:
    for by in ("topic", "week"):
        found = told(made, "--by", by)
        assert (found["rows"], found["total"]["calls"], found["total"]["shown"]) == ([], 0, 0)
        assert "hidden" not in report(made, "--by", by).output


def test_by_week_and_by_client_calls_are_counted_too(filled: Settings) -> None:
    weeks = told(filled, "--by", "week")["rows"]
    assert [(row["week"], row["calls"], row["shown"]) for row in weeks] == [
        ("2026-W47", 127, 27),
        ("2026-W48", 10, 10),
    ]
    clients = told(filled, "--by", "client")["rows"]
    assert [(row["client"], row["calls"], row["shown"]) for row in clients] == [
        ("ehr", 130, 30),
        ("other", 7, 7),
    ]
    both = told(filled, "--by", "topic", "--by", "week")["rows"]
    assert [(row["topic"], row["week"], row["shown"]) for row in both] == [
        ("A", "2026-W47", 20),
        ("A", "2026-W48", 10),
        ("B", "2026-W47", 7),
    ]


def test_small_counts_are_hidden_and_what_they_follow_from(filled: Settings) -> None:
    found = told(filled)
    first = found["rows"][0]
    assert first["reasons"] == {"(none given)": None, "need-more-info": None}
    assert found["total"]["reasons"] == {"(none given)": None, "need-more-info": None}
    assert first["overridden"] == 8


def test_the_last_that_was_said_of_a_card_counts(made: Settings) -> None:
    store = Store(made.database_url)
    store.write([call(shown(1))])
    hour = timedelta(hours=1)
    store.add_feedback(
        [said(1, "accepted", at=NOON), said(1, "overridden", at=NOON - hour, received=NOON + hour)]
    )
    (row,) = told(made, "--min-cell", "1")["rows"]
    assert (row["accepted"], row["overridden"], row["ignored"]) == (1, 0, 0)


def test_only_the_days_asked_for_count(filled: Settings) -> None:
    period = ("--by", "week", "--since", "2026-11-17", "--until", "2026-11-23")
    assert [row["week"] for row in told(filled, *period)["rows"]] == ["2026-W48"]
    (early,) = told(filled, "--until", "2026-11-16", "--by", "week")["rows"]
    assert early["shown"] == 27


def test_feedback_after_the_moment_of_the_report_does_not_count(filled: Settings) -> None:
    result = report(filled, "--json", "--min-cell", "1", "--as-of", "2026-11-20T11:59Z")
    assert json.loads(result.stdout)["total"]["ignored"] == 27


def test_feedback_for_cards_that_are_not_there_is_told_apart(filled: Settings) -> None:
    Store(filled.database_url).add_feedback([said(n) for n in range(500, 506)])
    found = told(filled)
    assert found["unknownCards"] == 6
    assert found["total"]["shown"] == 37
    assert told(filled, "--until", "2026-11-19")["unknownCards"] == 0


def test_the_table_is_for_people(filled: Settings) -> None:
    result = report(filled, "--as-of", "2026-11-30")
    assert result.exit_code == 0, result.output
    for part in ("override rate", "26.7%", "Reasons of overrides", "Counts from 1 to 4 are hidden"):
        assert part in result.stdout


def test_csv_has_a_line_for_each_group_and_one_for_all(filled: Settings) -> None:
    result = report(filled, "--csv", "--as-of", "2026-11-30")
    lines = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [line["topic"] for line in lines] == ["A", "B", "total"]
    assert (lines[0]["shown"], lines[0]["override_rate"]) == ("30", "0.2667")
    assert lines[0]["reason need-more-info"] == "hidden"
    assert (lines[1]["overridden"], lines[1]["reason need-more-info"]) == ("0", "0")


def test_a_client_cannot_make_a_formula_of_its_name(made: Settings) -> None:
    Store(made.database_url).write([call(shown(1), client="=1+1")])
    assert "\n'=1+1," in report(made, "--csv", "--by", "client", "--as-of", "2026-11-30").stdout


def test_an_empty_journal_gives_an_empty_report(made: Settings) -> None:
    found = told(made)
    assert (found["rows"], found["total"]["shown"], found["total"]["overrideRateInterval"]) == ([], 0, None)
    assert report(made).exit_code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ("--json", "--csv"),
        ("--since", "Tuesday"),
        ("--until", "2026-13-01"),
        ("--since", "2026-11-20", "--until", "2026-11-19"),
        ("--min-cell", "0"),
        ("--by", "patient"),
        ("--as-of", "soon"),
    ],
)
def test_misuse_is_exit_code_2(made: Settings, wrong: tuple[str, ...]) -> None:
    result = report(made, *wrong)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_without_a_journal_it_says_so(settings: Settings) -> None:
    result = report(settings)
    assert result.exit_code == 1
    assert "journal upgrade" in result.stderr


COLUMNS = ("shown", "accepted", "overridden", "ignored", "r1", "r2")
SUMS = (("shown", ("accepted", "overridden", "ignored")), ("overridden", ("r1", "r2")))


def a_row(parts: tuple[int, int, int, int]) -> dict[str, int]:
    accepted, ignored, first, second = parts
    overridden = first + second
    shown_cards = accepted + ignored + overridden
    return dict(zip(COLUMNS, (shown_cards, accepted, overridden, ignored, first, second), strict=True))


numbers = st.sampled_from([0, 0, 1, 2, 4, 5, 9, 40])


@given(st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=4))
def test_no_hidden_count_follows_from_those_that_are_shown(parts: list[tuple[int, int, int, int]]) -> None:
    """Held against algebra: with all sums as equations, no hidden count has only one solution."""
    table = {f"row {place}": a_row(each) for place, each in enumerate(parts)}
    hidden = {name: hidden_in_row(row, SUMS, 5) for name, row in table.items()}
    whole = {column: sum(row[column] for row in table.values()) for column in COLUMNS}
    table["total"] = whole
    hidden["total"] = hidden_in_row(whole, SUMS, 5, hidden_totals(list(hidden.values())))
    for name, row in table.items():
        assert {column for column in COLUMNS if 0 < row[column] < 5} <= hidden[name]
    unknown = [(name, column) for name in table for column in COLUMNS if column in hidden[name]]
    equations = [
        {(name, whole): 1, **{(name, part): -1 for part in parts_of}}
        for name in table
        for whole, parts_of in SUMS
    ]
    equations += [{(name, column): -1 if name == "total" else 1 for name in table} for column in COLUMNS]
    assert solved(equations, unknown) == set()


def solved(equations: list[dict[Any, int]], unknown: list[Any]) -> set[Any]:
    """The unknowns that the equations leave no choice (elimination to reduced rows)."""
    rows = [[Fraction(each.get(one, 0)) for one in unknown] for each in equations]
    done: list[list[Fraction]] = []
    for place in range(len(unknown)):
        pivot = next((row for row in rows if row[place]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[place] for value in pivot]
        rows = [_cleared(row, pivot, place) for row in rows]
        done = [*(_cleared(row, pivot, place) for row in done), pivot]
    single = [row for row in done if sum(map(bool, row)) == 1]
    return {unknown[next(place for place, value in enumerate(row) if value)] for row in single}


def _cleared(row: list[Fraction], pivot: list[Fraction], place: int) -> list[Fraction]:
    return [value - row[place] * by for value, by in zip(row, pivot, strict=True)]


def test_the_algebra_can_find_what_follows() -> None:
    table: Mapping[Any, int] = {"whole": 1, "a": -1, "b": -1}
    assert solved([dict(table)], ["a"]) == {"a"}
    assert solved([dict(table)], ["a", "b"]) == set()


def test_the_week_is_that_of_the_year_in_which_most_of_it_lies() -> None:
    from cds_service.journal.feedback_report import week

    assert [week(datetime(2027, 1, day).date()) for day in (3, 4)] == ["2026-W53", "2027-W01"]  # noqa: DTZ001
