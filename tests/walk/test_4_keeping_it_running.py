"""Steps 10 to 13 of docs/go-live.md: new content, forged tokens, stopping and starting, what is watched."""

from __future__ import annotations

import re
import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.walk import guide
from tests.walk.ehr import CANARY, Answer, Signer, ask
from tests.walk.team import Team, until
from tests.walk.test_3_visible import CHART, CRITICAL, IN_A_ROW, row

pytestmark = pytest.mark.walk
Json = dict[str, Any]
FEEDBACK = "leg-weakness-cds report feedback --by client --by topic"
OLD_WORDS, NEW_WORDS = "a bladder scan, now", "a bladder scan, at once"


def content_of(answer: Answer) -> Json:
    found: Json = answer.cards[0]["extension"]["org.leg-weakness-cds.assessment"]["content"]
    return found


def calls_go_on(team: Team, version: str) -> Answer:
    """Calls one after the other, of which none fails, until every worker has the new version."""
    row_of = 0

    def next_call() -> Answer | None:
        nonlocal row_of
        answer = team.ehr.opens(CHART, 3000)
        assert CRITICAL in answer.topics
        row_of = row_of + 1 if content_of(answer)["version"] == version else 0
        return answer if row_of == 2 * IN_A_ROW else None

    return until(next_call, f"every worker answers with content {version}")


def newer_content(team: Team, name: str) -> Path:
    """As it comes from whoever keeps the content."""
    folder = team.etc / name
    shutil.copytree(team.etc / "content-0.1.0", folder)
    head = folder / "content.toml"
    change = '[[changes]]\nversion = "0.1.1"\ndate = 2026-11-23\neffects = ["The scan is at once."]\n\n'
    text = head.read_text(encoding="utf-8").replace('version = "0.1.0"', 'version = "0.1.1"', 1)
    head.write_text(text.replace("[[changes]]", f"{change}[[changes]]", 1), encoding="utf-8")
    flags = folder / "red_flags.toml"
    text = flags.read_text(encoding="utf-8")
    assert OLD_WORDS in text
    flags.write_text(text.replace(OLD_WORDS, NEW_WORDS), encoding="utf-8")
    return folder


def test_new_content_is_read_before_it_is_in_force(team: Team) -> None:
    newer_content(team, "content-0.1.1")
    shown = team.types(
        "leg-weakness-cds content diff"
        " /etc/leg-weakness-cds/content-0.1.0 /etc/leg-weakness-cds/content-0.1.1"
    )
    assert shown.code == 1, shown.err
    for told in (OLD_WORDS, NEW_WORDS, "0.1.1", "sciatica-with-saddle-numbness"):
        assert told in shown.out
    new = "LEG_WEAKNESS_CDS_CONTENT=/etc/leg-weakness-cds/content-0.1.1 leg-weakness-cds"
    checked = team.types(f"{new} content check")
    assert checked.code == 0, checked.out
    assert "Content:   0.1.1+site" in team.types(f"{new} config check").out


def test_new_content_comes_into_force_while_calls_go_on(team: Team) -> None:
    assert OLD_WORDS in team.ehr.opens(CHART, 3001).cards[0]["detail"]
    assert team.types("ln -sfn content-0.1.1 /etc/leg-weakness-cds/content").code == 0
    assert team.types('kill -HUP "$SERVICE"').code == 0
    answer = calls_go_on(team, "0.1.1+site")
    assert NEW_WORDS in answer.cards[0]["detail"]
    told = team.types("curl -fsS http://127.0.0.1:8000/healthz").json["content"]
    assert {name: content_of(answer)[name] for name in told} == told


def test_faulty_content_is_refused_and_the_one_before_goes_on(team: Team) -> None:
    flags = newer_content(team, "content-faulty") / "red_flags.toml"
    flags.write_text(flags.read_text(encoding="utf-8").replace("saddle_sensory_loss", "sadle_loss"))
    assert team.tries(team.here(f"ln -sfn content-faulty {team.etc}/content")).code == 0
    assert team.tries('kill -HUP "$SERVICE"').code == 0
    until(lambda: team.logged("new content refused, the old one stays"), "the log says that it is refused")
    assert "red_flags.toml" in team.logged("new content refused, the old one stays")[-1]["problem"]
    calls_go_on(team, "0.1.1+site")
    until(lambda: ready(team) == {"degraded"}, "every worker says that it is degraded")
    assert team.tries(f"ln -sfn content-0.1.1 {team.etc}/content").code == 0
    assert team.tries('kill -HUP "$SERVICE"').code == 0
    until(lambda: ready(team) == {"ready"}, "every worker is ready again")


def ready(team: Team) -> set[str]:
    return {ask("GET", f"{team.direct}/readyz").body["status"] for _ in range(IN_A_ROW)}


def test_forged_and_used_tokens_are_refused_and_the_log_says_why(team: Team) -> None:
    ehr, address = team.ehr, team.ehr.sheet["addresses"]["endpoint"]
    now = int(time.time())
    used = ehr.signer.token(address)
    assert ehr.posts(ehr.call(CHART, 3002), token=used).status == 200
    stranger = Signer(f"https://{CANARY}.example/fhir", "ehr-1")
    refused = {
        "replayed": used,
        "expired": ehr.signer.token(address, iat=now - 600, exp=now - 300),
        "wrong-audience": ehr.signer.token("https://elsewhere.example/cds-services/leg-weakness"),
        "unknown-issuer": stranger.token(address),
        "signature": Signer(ehr.signer.issuer, "ehr-1").token(address),
    }
    for reason, token in refused.items():
        answer = ehr.posts(ehr.call(CHART, 3003), token=token)
        assert (answer.status, answer.error) == (401, "not-trusted"), reason
        line = until(partial(not_trusted, team, answer.request), "the log says why")
        assert line["reason"] == reason


def not_trusted(team: Team, request: str) -> Json | None:
    return next((line for line in team.logged("not trusted") if line["request"] == request), None)


def test_stopped_and_started_the_journal_is_as_before(team: Team) -> None:
    assert team.types('kill -TERM "$SERVICE"').code == 0
    assert team.ended() == 0
    before, feedback = kept(team), row(team, FEEDBACK, 1)
    team.types("leg-weakness-cds serve")
    said = team.types("leg-weakness-cds journal info")
    assert (said.code, kept(team)) == (0, before)
    assert row(team, FEEDBACK, 1) == feedback
    assert feedback["overridden"] == 6


def test_killed_and_started_the_journal_is_as_before(team: Team) -> None:
    calls = team.calls_written()
    assert CRITICAL in team.ehr.opens(CHART, 3004).topics
    team.written(calls + 1)
    before = kept(team)
    team.pull_the_plug()
    team.starts()
    assert kept(team) == before
    assert CRITICAL in team.ehr.opens(CHART, 3005).topics


def kept(team: Team) -> Json:
    """How many rows; used tokens go by themselves."""
    rows: Json = team.tries("leg-weakness-cds journal info --json").json["rows"]
    return {name: count for name, count in rows.items() if name != "seen_token"}


def test_what_is_watched_and_published_can_be_read(team: Team) -> None:
    metrics = team.types("curl -fsS http://127.0.0.1:8000/metrics")
    assert metrics.code == 0
    assert 'legweakness_hook_calls_total{client="main-ehr",outcome="card"} 1.0' in metrics.out
    published = team.types("curl -fsS http://127.0.0.1:8000/transparency.json").json
    assert "0.1.1+site" in str(published)
    assert ask("GET", f"{team.base}/transparency").status == 200
    assert CANARY not in metrics.out


def test_nothing_of_a_patient_and_no_secret_is_left_behind(team: Team) -> None:
    written = team.log.read_text(encoding="utf-8")
    assert len(team.logged("hook call")) > 150
    assert "Traceback" not in written
    for found in (written, (team.folder / "printed.txt").read_text(), team.everything_kept()):
        assert CANARY not in found
        assert not re.search(r"eyJ[\w-]{20}", found), "a token"


def test_every_command_of_the_page_was_typed_in_its_order(team: Team) -> None:
    assert team.typed == [command for step in guide.steps() for command in step.commands]
