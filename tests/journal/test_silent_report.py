"""`report silent`: what was found though nothing was shown, and whether it is good enough to go live."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cds_service.cli import main
from cds_service.journal.entries import Call
from cds_service.journal.parts import Part
from cds_service.journal.reading import Counted
from cds_service.journal.silent_report import percentile
from cds_service.journal.store import Store
from cds_service.settings import Settings
from cds_service.site.showing import OFF, SILENT, VISIBLE, Mode

MONDAY = date(2026, 11, 16)
STROKE, CAUSES = "LegWeaknessRedFlagStroke critical", "LegWeaknessDifferential info"


def looked_at(*found: str, day: int = 0, client: str = "ehr", took: str = "50", **more: Any) -> Call:
    parts = [Part("found", name) for name in found] + [Part("duration", took)]
    parts += [Part(part, name) for part, name in more.get("parts", ())]
    mode: Mode = more.get("mode", SILENT)
    return Call(MONDAY + timedelta(days=day), client, mode, "1.0.0", "sha256:0", (), tuple(parts))


def report(settings: Settings, *arguments: str, limits: str = "") -> Result:
    variables = {"LEG_WEAKNESS_CDS_DATABASE_URL": settings.database_url}
    if limits:
        variables["LEG_WEAKNESS_CDS_GO_LIVE"] = limits
    return CliRunner().invoke(main, ["report", "silent", "--as-of", "2026-11-29", *arguments], env=variables)


def told(settings: Settings, *arguments: str, limits: str = "") -> dict[str, Any]:
    result = report(settings, "--json", *arguments, limits=limits)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def quiet_weeks(made: Settings) -> Settings:
    """8,000 calls on fourteen days of two clients: 12 critical, 60 lists of causes."""
    calls = [looked_at(day=n % 14, client=("ehr", "other")[n % 2]) for n in range(7940)]
    calls += [looked_at(STROKE, CAUSES, day=n % 2 * 7, client=("ehr", "other")[n % 2]) for n in range(12)]
    calls += [looked_at(CAUSES, day=n % 14, client=("ehr", "other")[n % 2]) for n in range(48)]
    Store(made.database_url).write(calls)
    return made


def unmet(found: dict[str, Any]) -> list[str]:
    return [check["name"] for check in found["checks"] if not check["met"]]


def test_few_cards_in_many_calls_are_a_go(quiet_weeks: Settings) -> None:
    found = told(quiet_weeks)
    assert unmet(found) == []
    assert found["go"] is True
    assert (found["calls"], found["days"]) == (8000, 14)
    assert found["levels"]["critical"]["per1000"] == pytest.approx(1.5)
    assert found["levels"]["critical"]["interval"] == pytest.approx([0.858, 2.620], abs=0.001)
    assert [(card["topic"], card["count"]) for card in found["cards"]] == [
        ("LegWeaknessDifferential", 60),
        ("LegWeaknessRedFlagStroke", 12),
    ]
    assert [(week["week"], week["calls"], week["critical"]["count"]) for week in found["weeks"]] == [
        ("2026-W47", 4004, 6),
        ("2026-W48", 3996, 6),
    ]
    assert [(each["client"], each["info"]["count"]) for each in found["clients"]] == [
        ("ehr", 30),
        ("other", 30),
    ]


def test_of_the_cards_found_it_tells_how_many_were_shown_and_why_the_others_were_not(made: Settings) -> None:
    """Found 40: 20 shown, 8 acknowledged before, 12 held back: by mode, share, user or topic."""
    seen, aside = ("shown", STROKE), ("acknowledged", STROKE)
    calls = [looked_at(STROKE, mode=VISIBLE, parts=[seen]) for _ in range(20)]
    calls += [looked_at(STROKE, mode=VISIBLE, parts=[aside]) for _ in range(8)]
    calls += [looked_at(STROKE) for _ in range(12)]
    Store(made.database_url).write(calls)
    (card,) = told(made)["cards"]
    assert (card["count"], card["shown"], card["acknowledged"], card["heldBack"]) == (40, 20, 8, 12)
    lines = report(made).stdout.splitlines()
    _, head = (line.split() for line in lines if "indicator" in line)
    assert head[-4:] == ["shown", "acknowledged", "held", "back"]
    assert any(line.split()[-3:] == ["20", "8", "12"] for line in lines)


def test_a_card_that_only_came_as_others_were_held_back_is_listed_too(made: Settings) -> None:
    """One that is usually merged into the one held back."""
    calls = [looked_at(STROKE, mode=VISIBLE, parts=[("shown", CAUSES)]) for _ in range(9)]
    Store(made.database_url).write(calls)
    causes, stroke = told(made)["cards"]
    assert (causes["count"], causes["shown"], causes["heldBack"]) == (0, 9, 0)
    assert (stroke["count"], stroke["shown"], stroke["heldBack"]) == (9, 0, 9)


def test_few_that_were_not_shown_cannot_be_worked_out(made: Settings) -> None:
    calls = [looked_at(STROKE, mode=VISIBLE, parts=[("shown", STROKE)]) for _ in range(20)]
    calls += [looked_at(STROKE, mode=VISIBLE, parts=[("acknowledged", STROKE)]) for _ in range(2)]
    Store(made.database_url).write(calls)
    (card,) = told(made)["cards"]
    assert (card["count"], card["shown"], card["acknowledged"], card["heldBack"]) == (22, None, None, 0)


def test_one_day_is_one_day(made: Settings) -> None:
    Store(made.database_url).write([looked_at() for _ in range(9)])
    said = report(made).stdout
    assert "1 day with calls, at least 7" in said
    assert "Calls: 9 on 1 day." in said


def test_the_text_says_go_first(quiet_weeks: Settings) -> None:
    lines = report(quiet_weeks).stdout.splitlines()
    assert lines[0] == "Go: every limit of this site is met."
    assert any("1.5 (0.9 to 2.6)" in line for line in lines)
    assert any("2026-W47" in line and "##" in line for line in lines)


def test_the_calls_of_a_test_client_can_be_left_out(made: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are all critical, and would decide about the EHR."""
    monkeypatch.setenv("LEG_WEAKNESS_CDS_CLIENTS", '[{"name": "ehr"}, {"name": "test"}]')
    calls = [looked_at(day=n % 7) for n in range(2000)]
    calls += [looked_at(STROKE, client="test", day=n % 7) for n in range(50)]
    calls += [looked_at(client="test", mode=OFF)]
    Store(made.database_url).write(calls)
    assert told(made)["go"] is False
    found = told(made, "--client", "ehr")
    assert (found["go"], found["calls"], found["switchedOff"]) == (True, 2000, 0)
    assert found["onlyClients"] == ["ehr"]
    assert found["cards"] == []
    assert "Only calls of ehr" in report(made, "--client", "ehr").stdout
    slip = report(made, "--client", "her")
    assert (slip.exit_code, "there are ehr, test" in slip.output) == (2, True)


def test_an_empty_journal_is_no_go(made: Settings) -> None:
    found = told(made)
    assert found["go"] is False
    assert {"calls", "days", "critical_per_1000", "not_assessed_percent", "p95_ms"} == set(unmet(found))
    assert report(made).stdout.startswith("Not yet, because: 0 calls, at least 1000;")


def test_too_many_critical_cards_are_no_go(made: Settings) -> None:
    Store(made.database_url).write(
        [looked_at(STROKE, day=n % 7) for n in range(20)] + [looked_at(day=n % 7) for n in range(1980)]
    )
    found = told(made)
    assert unmet(found) == ["critical_per_1000"]
    assert "10.0 critical cards per 1,000 calls (95 % up to 15.4), above 5" in found["verdict"]
    assert told(made, limits='{"critical_per_1000": 20}')["go"] is True


def test_few_calls_prove_nothing(made: Settings) -> None:
    Store(made.database_url).write([looked_at(day=n % 7) for n in range(500)])
    found = told(made, limits='{"calls": 500}')
    assert unmet(found) == ["critical_per_1000"]
    assert "too few calls to be sure that it is at most 5" in found["verdict"]


@pytest.mark.parametrize(
    ("more", "check"),
    [
        ({"parts": [("not assessed", "any")]}, "not_assessed_percent"),
        ({"took": "1000"}, "p95_ms"),
        ({"took": "longer"}, "p95_ms"),
        ({"parts": [("failed", "differential")]}, "failures"),
    ],
)
def test_each_limit_is_held(more: dict[str, Any], check: str, made: Settings) -> None:
    calls = [looked_at(day=n % 7) for n in range(1700)]
    calls += [looked_at(day=n % 7, **more) for n in range(300)]
    Store(made.database_url).write(calls)
    assert unmet(told(made)) == [check]


def test_all_cards_are_held_to_a_limit_where_the_site_sets_one(quiet_weeks: Settings) -> None:
    assert unmet(told(quiet_weeks, limits='{"cards_per_1000": 8.9}')) == ["cards_per_1000"]
    assert unmet(told(quiet_weeks, limits='{"cards_per_1000": 9}')) == []


def test_calls_without_a_record_count_as_not_assessed(made: Settings) -> None:
    lost = Call(MONDAY, "ehr", SILENT, "1", "d", (), (Part("failed", "record unavailable"),))
    Store(made.database_url).write([lost] * 300 + [looked_at(day=n % 7) for n in range(1700)])
    found = told(made)
    assert (found["calls"], found["recordUnavailable"], found["notAssessed"]) == (2000, 300, 300)
    assert unmet(found) == ["not_assessed_percent"]


def test_calls_while_switched_off_prove_nothing(made: Settings) -> None:
    off = Call(MONDAY, "ehr", OFF, "1", "d", ())
    Store(made.database_url).write([off] * 50 + [looked_at(mode=VISIBLE)] * 10)
    found = told(made)
    assert (found["calls"], found["switchedOff"]) == (10, 50)


def test_how_the_record_came_is_shown_by_type(made: Settings) -> None:
    given, failed = [("state", "Condition given")], [("state", "Condition failed")]
    Store(made.database_url).write([looked_at(parts=given)] * 20 + [looked_at(parts=failed)] * 10)
    assert told(made)["states"]["Condition"] == {
        "given": 20, "empty": 0, "partial": 0, "missing": 0, "failed": 10,
    }  # fmt: skip


def test_small_counts_are_hidden_and_what_they_follow_from(made: Settings) -> None:
    other = "LegWeaknessRedFlagCES critical"
    calls = [looked_at(STROKE) for _ in range(20)] + [looked_at(other) for _ in range(3)]
    Store(made.database_url).write(calls + [looked_at(day=7) for _ in range(100)])
    found = told(made)
    assert {card["topic"]: card["count"] for card in found["cards"]} == {
        "LegWeaknessRedFlagCES": None,
        "LegWeaknessRedFlagStroke": None,
    }
    assert found["levels"]["critical"]["count"] == 23
    assert "hidden" in report(made).stdout
    assert {card["count"] for card in told(made, "--min-cell", "1")["cards"]} == {3, 20}


def test_a_hidden_count_is_not_in_the_verdict(made: Settings) -> None:
    Store(made.database_url).write([looked_at(STROKE)] * 3 + [looked_at(day=7)] * 200)
    found = told(made)
    assert found["levels"]["critical"]["count"] is None
    assert "a hidden number of critical cards" in found["verdict"]
    assert "14.8" not in found["verdict"]


def test_only_the_last_weeks_count(made: Settings) -> None:
    Store(made.database_url).write([looked_at()] * 10 + [looked_at(day=7)] * 20)
    assert told(made, "--weeks", "1")["calls"] == 20
    assert told(made, "--weeks", "2")["calls"] == 30


def test_a_percentile_is_the_bound_that_so_many_do_not_pass() -> None:
    counted = [Counted(MONDAY, "ehr", "duration", name, calls) for name, calls in (("10", 94), ("300", 6))]
    assert [percentile(counted, percent) for percent in (50, 94, 95, 99)] == ["10", "10", "300", "300"]
    assert percentile([], 95) is None


def test_limits_that_make_no_sense_are_refused(made: Settings, tmp_path: Path) -> None:
    result = report(made, limits='{"critical_per_1000": -1}')
    assert result.exit_code == 2
    assert "go_live.critical_per_1000" in result.output
