"""Steps 5 to 7 of docs/go-live.md: a week without cards, the hospital's own codes, a number that it sets."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.walk import guide
from tests.walk.ehr import CANARY, ask
from tests.walk.team import Team, topics

pytestmark = pytest.mark.walk
Json = dict[str, Any]
REPORT = "leg-weakness-cds report silent --client main-ehr"
CHECK = "leg-weakness-cds config check"
SITE = "https://codes.hospital.example/findings"
SADDLE = "PA-7"
"""How this hospital codes it; the words beside tell nobody else what it means."""
DAY = (
    "sciatica-with-saddle-numbness",
    "leg-weakness-with-severe-pain",
    "weakness-with-numbness-getting-worse",
    "sciatica-with-weak-ankle",
    "numb-feet-in-diabetes",
    *["old-stroke-yearly-review", "back-pain-weakness-denied"] * 3,
    *["quiet-chart"] * 7,
)
"""What clinicians open in a day; besides, a chart with a code of the hospital, and one that is not whole."""
CALLS_A_DAY = len(DAY) + 2
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def coded_chart(team: Team, number: int, chart: str = "quiet-chart") -> Json:
    coded = {
        "resourceType": "Condition",
        "id": f"{CANARY}{number}-site",
        "code": {"coding": [{"system": SITE, "code": SADDLE, "display": "Finding PA seven"}]},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "recordedDate": str(team.today),
    }
    return team.ehr.call(chart, number, more=[coded])


def test_for_seven_days_every_answer_is_without_a_card(team: Team) -> None:
    team.begins_a_day()
    for number, day in enumerate(DAYS, 1):
        first = 100 * number
        calls = [team.ehr.call(chart, first + place) for place, chart in enumerate(DAY)]
        calls.append(coded_chart(team, first + 90))
        calls.append(team.ehr.call("sciatica-with-weak-ankle", first + 91, without=["observations"]))
        assert len(calls) == CALLS_A_DAY
        for call in calls:
            answer = team.ehr.posts(call)
            assert (answer.status, answer.body) == (200, {"cards": []})
        team.written(number * CALLS_A_DAY)
        team.becomes(team.today - timedelta(days=8 - number))
        saved = "".join(f"{json.dumps(call)}\n" for call in calls)
        (team.folder / f"charts/{day}.ndjson").write_text(saved)
        if number == 1:
            early = team.types(REPORT)
            assert early.code == 0
            assert early.out.startswith(f"Not yet, because: {CALLS_A_DAY} calls, at least 120;"), early.out
            assert "1 day with calls, at least 7" in early.out


def test_the_report_counts_what_would_have_been_shown(team: Team) -> None:
    explained = team.types("leg-weakness-cds explain charts/monday.ndjson")
    assert explained.code == 0
    assert "Saddle numbness" in explained.out
    printed = team.tries("leg-weakness-cds explain charts/monday.ndjson --json").out
    wanted = topics(json.loads(line)["cards"] for line in printed.splitlines())
    assert wanted["LegWeaknessRedFlagCES critical"] == 1
    assert len(wanted) > 4
    told = team.tries(f"{REPORT} --json").json
    found = {f"{card['topic']} {card['indicator']}": card["count"] for card in told["cards"]}
    assert found == {topic: 7 * count for topic, count in wanted.items()}
    assert (told["calls"], told["days"]) == (7 * CALLS_A_DAY, 7)
    came = told["states"]["Observation"]
    assert (came["given"], came["missing"]) == (7 * (CALLS_A_DAY - 1), 7)


def test_the_metrics_count_what_was_held_back(team: Team) -> None:
    metrics = ask("GET", f"{team.direct}/metrics").body
    found = re.findall(r'calls_total\{client="main-ehr",outcome="([\w-]+)"\} (\d+)', metrics)
    counts = {outcome: int(count) for outcome, count in found if int(count)}
    assert set(counts) == {"held-back", "no-card"}
    assert sum(counts.values()) == 7 * CALLS_A_DAY


def test_after_the_week_the_report_says_go(team: Team) -> None:
    lines = team.tries(REPORT).out.splitlines()
    assert lines[0] == "Go: every limit of this site is met."
    assert any("LegWeaknessRedFlagCES" in line and "critical" in line for line in lines)


def test_a_code_of_the_hospital_is_listed_and_once_it_is_mapped_the_feature_is_there(team: Team) -> None:
    assert SADDLE in team.types("leg-weakness-cds mapping report charts").out
    assert team.types("leg-weakness-cds mapping report charts --as-conceptmap > findings.json").code == 0
    file = team.folder / "findings.json"
    completed = json.loads(file.read_text())
    (group,) = [group for group in completed["group"] if group["source"] == SITE]
    (element,) = [element for element in group["element"] if element["code"] == SADDLE]
    group["target"] = "urn:x-leg-weakness-cds:feature"
    element["target"] = [{"code": "saddle_sensory_loss", "equivalence": "equivalent"}]
    completed["group"] = [group]
    file.write_text(json.dumps(completed))
    tried = team.types("leg-weakness-cds mapping report charts --local findings.json")
    assert SADDLE not in tried.out
    assert CANARY not in tried.out


def test_the_map_is_in_force_after_a_start_and_the_week_is_still_there(team: Team) -> None:
    chart = team.folder / "coded.json"
    chart.write_text(json.dumps(coded_chart(team, 950)))
    explains = f"leg-weakness-cds explain {chart}"
    assert "Saddle" not in team.tries(explains).out
    assert team.types("mkdir -p /etc/leg-weakness-cds/codes").code == 0
    assert team.types("cp findings.json /etc/leg-weakness-cds/codes/").code == 0
    head, limits, rest = team.settings.partition("[go_live]")
    (local,) = guide.steps()[5].settings
    team.writes(f"{head}{local}\n\n{limits}{rest}")
    assert team.types(CHECK).code == 0
    assert team.types('kill -TERM "$SERVICE"').code == 0
    assert team.ended() == 0
    team.types("leg-weakness-cds serve")
    assert team.logged("local codes in force")
    assert re.search(r"Finding PA seven .*Saddle / perianal", team.tries(explains).out)
    assert team.tries(f"{REPORT} --json").json["calls"] == 7 * CALLS_A_DAY


def test_a_number_out_of_its_range_is_refused_and_one_within_is_taken_with_who_and_why(team: Team) -> None:
    assert "causes_listed: 3 to 5, default 5" in team.types("leg-weakness-cds content tunable").out
    (tuning,) = guide.steps()[6].settings
    before = team.settings
    team.writes(f"{before}\n{tuning.replace('value = 3', 'value = 30')}\n")
    refused = team.tries(CHECK)
    assert refused.code == 2
    assert "causes_listed: 30 is outside the safe range: a whole number from 3 to 5" in refused.err
    team.writes(f"{before}\n{tuning}\n")
    said = team.types(CHECK)
    assert said.code == 0
    assert "Tuned:     causes_listed = 3 (default 5), by Dr A. Example, neurology on 2026-06-03" in said.out
