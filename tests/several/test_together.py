"""What one instance knows and the other must know too: they share nothing but the database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from tests.several.calls import FEEDBACK, STROKE, Ehr, critical, stroke_call
from tests.several.conftest import Site
from tests.several.machines import Instance, until
from tests.wire.calls import SERVICE
from tests.wire.serving import Answer, Served

pytestmark = pytest.mark.several

Found = TypeVar("Found")

UNCHECKED = 'legweakness_replay_checks_total{answer="unchecked"}'
ANSWERED = 'legweakness_hook_calls_total{client="ehr",outcome="card"}'


def checked(site: Site, act: Callable[[], Found]) -> Found:
    """What came of it once the database could tell of each token in time: on a busy machine it may not."""

    def unchecked() -> float:
        return sum(each.numbers()[UNCHECKED] for each in site.both)

    def once() -> tuple[Found] | None:
        before = unchecked()
        found = act()
        return (found,) if unchecked() == before else None

    return until(once, "tokens are checked")[0]


def answered_by(instance: Instance) -> int:
    return int(instance.numbers().get(ANSWERED, 0))


def test_calls_through_the_proxy_are_answered_by_both(site: Site, ehr: Ehr) -> None:
    before = [answered_by(each) for each in site.both]
    for _ in range(10):
        answer = ehr.post()
        assert answer.status == 200
        assert critical(answer.body)
    assert [answered_by(each) - then for each, then in zip(site.both, before, strict=True)] == [5, 5]


def test_a_token_counts_once_on_both_together(site: Site, ehr: Ehr) -> None:
    def ask() -> tuple[list[Answer], int]:
        told, seen = ehr.token(), len(site.proxy.lines())
        return [ehr.post(token=told) for _ in range(4)], seen

    answers, seen = checked(site, ask)
    assert [each.status for each in answers] == [200, 401, 401, 401]
    for each in answers[1:]:
        (issue,) = each.body["issue"]
        assert issue["details"]["coding"][0]["code"] == "not-trusted"
        assert each.headers["WWW-Authenticate"] == "Bearer"
    asked = Counter(line["instance"] for line in until(lambda: site.proxy.lines()[seen:], "lines")[:4])
    assert asked == {site.a.address: 2, site.b.address: 2}
    for instance in site.both:
        assert '"reason": "replayed"' in instance.said()


def test_of_a_token_that_comes_to_both_at_once_one_is_taken(site: Site) -> None:
    """Not through the proxy, so that none waits for the other."""

    def ask(instance: Instance, token: str) -> int:
        served = Served(instance.port, instance.log, instance.running)
        body = json.loads(stroke_call())
        return served.ask("POST", SERVICE, body, Authorization=f"Bearer {token}").status

    def ask_both() -> list[int]:
        token = Ehr(site.proxy).token()
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(ask, each, token) for each in site.both]
            return sorted(each.result() for each in both)

    for _ in range(10):
        assert checked(site, ask_both) == [200, 401]


def test_feedback_that_reaches_the_other_instance_finds_its_card(site: Site, ehr: Ehr) -> None:
    seen = len(site.proxy.lines())
    cards = ehr.post().body["cards"]
    card = next(each["uuid"] for each in cards if each["indicator"] == "critical")
    item = {"card": card, "outcome": "accepted", "outcomeTimestamp": "2026-11-20T11:00:00Z"}
    stored = ehr.post(FEEDBACK, {"feedback": [item]})
    assert stored.status == 200, stored.body
    call, feedback = until(lambda: site.proxy.lines()[seen : seen + 2], "two lines")
    assert (call["area"], feedback["area"]) == ("hook", "feedback")
    assert call["instance"] != feedback["instance"]

    assert until(lambda: reported(site), "the report has the card and what was said to it") == 1


def reported(site: Site) -> int:
    """Of the cards for a stroke, how many were accepted; the journal is written a moment after the answer."""
    told = site.run("report", "feedback", "--min-cell", "1", "--json")
    assert told.returncode == 0, told.stderr
    rows = json.loads(told.stdout)["rows"]
    return sum(int(row["accepted"]) for row in rows if row["topic"] == STROKE)
