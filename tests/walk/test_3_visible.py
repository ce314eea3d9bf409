"""Steps 8 and 9 of docs/go-live.md: cards begin at a chosen moment, stop and come back; feedback arrives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.walk import guide
from tests.walk.ehr import ask
from tests.walk.team import Team, until
from tests.walk.test_2_silent_week import CHECK, coded_chart

pytestmark = pytest.mark.walk
CHART = "sciatica-with-saddle-numbness"
CRITICAL = "LegWeaknessRedFlagCES critical"
IN_A_ROW = 6
"""Answers alike one after the other: each worker has given some of them."""


def shows(team: Team) -> bool:
    """Whether every worker shows the card."""
    return all(CRITICAL in team.ehr.opens(CHART, 990).topics for _ in range(IN_A_ROW))


def shows_none(team: Team) -> bool:
    return not any(team.ehr.opens(CHART, 990).cards for _ in range(IN_A_ROW))


def test_behind_the_switch_the_service_starts_visible_and_shows_nothing(team: Team) -> None:
    held = team.types(
        'leg-weakness-cds switch silent --by "A. Example, integration"'
        ' --reason "until the go-live on Monday at nine"'
    )
    assert held.code == 0, held.err
    (visible,) = guide.steps()[7].settings
    team.writes(team.settings.replace('mode = "silent"', visible, 1))
    assert "main-ehr, visible" in team.types(CHECK).out
    assert team.types('kill -TERM "$SERVICE"').code == 0
    assert team.ended() == 0
    team.types("leg-weakness-cds serve")
    assert "All cards:  silent: no card goes out" in team.types("leg-weakness-cds switch show").out
    assert shows_none(team)
    (tuned,) = {line["problem"] for line in team.logged("content tuned")}
    assert tuned.startswith("causes_listed = 3 (default 5), by Dr A. Example, neurology on 2026-06-03: ")


def test_the_switch_shows_the_card_without_a_restart(team: Team) -> None:
    service = team.process
    on = 'leg-weakness-cds switch on --by "Dr A. Example, clinical safety" --reason "go-live"'
    assert team.types(on).code == 0
    until(lambda: shows(team), "every worker shows the card")
    (card, causes) = team.ehr.opens(CHART, 991).cards
    assert card["summary"].startswith("Saddle numbness, new urinary retention")
    assert card["source"]["url"].startswith(team.ehr.sheet["addresses"]["links"])
    assert causes["detail"].count("\n   - For:") <= 3
    assert card["extension"]["org.leg-weakness-cds.assessment"]["content"]["version"] == "0.1.0+site"
    assert team.process is service


def test_a_code_of_the_hospital_makes_a_card(team: Team) -> None:
    plain = team.ehr.opens("sciatica-with-weak-ankle", 992)
    coded = team.ehr.posts(coded_chart(team, 993, "sciatica-with-weak-ankle"))
    assert CRITICAL not in plain.topics
    assert CRITICAL in coded.topics


def test_the_emergency_stop_takes_the_cards_away_and_gives_them_back(team: Team) -> None:
    off = 'leg-weakness-cds switch off --by "A. Example, on call" --reason "drill"'
    assert team.types(off).code == 0
    until(lambda: shows_none(team), "no worker shows a card")
    assert ask("GET", f"{team.direct}/healthz").body["showing"]["mode"] == "off"
    on = 'leg-weakness-cds switch on --by "A. Example, on call" --reason "drill is over"'
    assert team.types(on).code == 0
    until(lambda: shows(team), "every worker shows the card again")
    written = (team.state / "switches.changes.jsonl").read_text().splitlines()
    assert [json.loads(line)["reason"] for line in written][-2:] == ["drill", "drill is over"]


def test_feedback_is_joined_to_its_topic_and_small_counts_are_hidden(team: Team) -> None:
    report = "leg-weakness-cds report feedback --by client --by topic"
    for number in range(8):
        (card, _) = team.ehr.opens(CHART, 2000 + number).cards
        if number < 6:
            stored = team.ehr.overrides(card, card["overrideReasons"][1])
            assert stored.status == 200, stored
            assert stored.body["stored"] == 1
    until(lambda: row(team, report, 1).get("overridden") == 6, "the report has the feedback")
    true = row(team, report, 1)
    assert true["reasons"] == {"patient-ineligible": 6}
    assert true["shown"] >= 8
    said = team.types(report)
    assert said.code == 0
    assert "LegWeaknessRedFlagCES" in said.out
    assert row(team, report, 5)["overridden"] == 6
    small = row(team, report, 5, "LegWeaknessRedFlagCES", "test-client")
    assert row(team, report, 1, "LegWeaknessRedFlagCES", "test-client")["overridden"] == 1
    assert small["overridden"] is None


def row(
    team: Team, report: str, least: int, topic: str = "LegWeaknessRedFlagCES", client: str = "main-ehr"
) -> dict[str, Any]:
    told = team.tries(f"{report} --json --min-cell {least}").json
    asked = (topic, client)
    found = [each for each in told["rows"] if (each["topic"], each["client"]) == asked]
    return found[0] if found else {}
