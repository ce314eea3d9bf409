"""PostgreSQL goes while calls come: cards still go out, and what needs it says so."""

from __future__ import annotations

from functools import partial

import pytest

from tests.several.calls import FEEDBACK, Ehr, load
from tests.several.conftest import Site
from tests.several.machines import Instance, until

pytestmark = pytest.mark.several

WRITTEN = "legweakness_journal_written_total"
UNCHECKED = 'legweakness_replay_checks_total{answer="unchecked"}'
ITEM = {
    "card": "00000000-0000-4000-8000-000000000001",
    "outcome": "accepted",
    "outcomeTimestamp": "2026-11-20T11:00:00Z",
}


def test_without_the_database_cards_come_and_with_it_again_they_are_written(site: Site, ehr: Ehr) -> None:
    with load(site.proxy) as calls:
        site.database.stop()
        try:
            calls.more()
            refused = ehr.post(FEEDBACK, {"feedback": [ITEM]})
            token = ehr.token()
            again = [ehr.post(token=token).status for _ in range(4)]
            for each in site.both:
                until(partial(is_degraded, each), f"{each.name} says so")
        finally:
            site.database.start()
        calls.more()
        before = {each.name: each.numbers().get(WRITTEN, 0) for each in site.both}
        for each in site.both:
            until(partial(has_written, each, before[each.name]), f"{each.name} writes again")
    assert calls.lost == []
    assert refused.status == 503
    assert refused.body["issue"][0]["details"]["coding"][0]["code"] == "feedback-not-stored"
    assert int(refused.headers["Retry-After"]) > 0
    assert again == [200] * 4  # replay_check = "on": a refused call can lose a red flag (docs/tokens.md)
    for each in site.both:
        each.await_answers()
        assert each.numbers()[UNCHECKED] > 0
        assert "replay not checked" in each.said()
        assert each.numbers()["legweakness_journal_lost_total"] == 0
    assert ehr.post(FEEDBACK, {"feedback": [ITEM]}).status == 200
    until(lambda: checks_again(site, ehr), "tokens count once again")


def is_degraded(instance: Instance) -> bool:
    return bool(instance.ask("/readyz").body["status"] == "degraded")


def has_written(instance: Instance, more_than: float) -> bool:
    return instance.numbers().get(WRITTEN, 0) > more_than


def checks_again(site: Site, ehr: Ehr) -> bool:
    token = ehr.token()
    return [ehr.post(token=token).status for _ in range(3)] == [200, 401, 401]
