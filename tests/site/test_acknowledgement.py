"""A card that was put aside is not shown again while it rests on the same; whatever is in doubt is shown."""

from __future__ import annotations

import hmac
import json
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cards import acknowledged
from cds_service import fixtures
from cds_service.answer import Answer, Desk, answer
from cds_service.app import Service
from cds_service.errors import JournalUnavailable, SettingsRefused
from cds_service.hooks import REASON_SYSTEM, open_call
from cds_service.journal.journal import Journal, marks_kept
from cds_service.recording import MOMENT
from cds_service.settings import Client, Settings
from cds_service.site.acknowledgement import Acknowledgements
from tests.journal.given import FEEDBACK, WEAK
from tests.site.conftest import NOON, Open, Site
from tests.wire.calls import bundle, call, condition, everything, patient, post

SECRET = "0123456789abcdef0123456789abcdef"
WARNING, DIFFERENTIAL = "LegWeaknessRedFlagMotorDeficit", "LegWeaknessDifferential"
ON = {"by": "Dr A. Example", "reason": "decided on 3 June"}
WORSE = condition("progressive leg weakness", onset="2026-11-15")
DROP = condition("foot drop", "c0", onset="2026-11-15")
CHART = everything(conditions=bundle(WORSE, DROP))
"""A warning and the differential."""
DONE, NOT_NOW = "action-completed", "wrong-time-workflow"


def ehr(name: str = "ehr", **more: Any) -> Client:
    return Client(name=name, acknowledgement=ON | more)


@pytest.fixture
def there(site: Open) -> Site:
    return site(clients=(ehr(),), acknowledgement_secret=SECRET)


def shown(there: Site, chart: Any = CHART, **changes: Any) -> dict[str, str]:
    """The topics of the cards, each with its uuid; every call has a hookInstance of its own."""
    instance = changes.pop("hookInstance", f"call-{len(there.rows('card'))}-{shown.__name__}-{id(changes)}")
    response = post(there.client, call(chart, hookInstance=instance, **changes))
    assert response.status_code == 200, response.text
    there.rows("card")  # what waits is written
    return {card["source"]["topic"]["code"]: card["uuid"] for card in response.get_json()["cards"]}


def say(
    there: Site, card: str, code: str | None = DONE, at: str = "2026-11-20T11:00:00Z", **more: Any
) -> None:
    item = {"card": card, "outcome": "overridden", "outcomeTimestamp": at} | more
    if code:
        item["overrideReason"] = {"reason": {"system": REASON_SYSTEM, "code": code}}
    response = there.client.post(FEEDBACK, json={"feedback": [item]})
    assert response.status_code == 200, response.text


def put_aside(there: Site, chart: Any = CHART, **changes: Any) -> None:
    for card in shown(there, chart, **changes).values():
        say(there, card)


def test_it_is_off_by_default(site: Open) -> None:
    there = site(clients=(Client(name="ehr"),))
    put_aside(there)
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}
    assert {row["mark"] for row in there.rows("card")} == {None}


def test_what_was_put_aside_is_not_shown_again_and_the_answer_says_so_to_programs(there: Site) -> None:
    put_aside(there)
    response = post(there.client, call(CHART, hookInstance="the next"))
    assert response.get_json() == {
        "cards": [],
        "extension": {"org.leg-weakness-cds.acknowledged": {"topics": [WARNING, DIFFERENTIAL]}},
    }


def test_only_the_card_that_was_put_aside_is_left_out(there: Site) -> None:
    say(there, shown(there)[DIFFERENTIAL])
    assert set(shown(there)) == {WARNING}
    (first,) = post(there.client, call(CHART, hookInstance="x")).get_json()["cards"]
    assert "extension" in first


@pytest.mark.parametrize("code", [NOT_NOW, "inappropriate-recipient", "need-more-info", None])
def test_other_reasons_put_nothing_aside(code: str | None, there: Site) -> None:
    for card in shown(there).values():
        say(there, card, code)
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}


def test_an_accepted_card_is_shown_again(there: Site) -> None:
    for card in shown(there).values():
        say(there, card, outcome="accepted")
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}


def test_reasons_are_those_that_the_site_names(site: Open) -> None:
    there = site(clients=(ehr(codes=["need-more-info", "urn:oid:1.2|42"]),), acknowledgement_secret=SECRET)
    cards = shown(there)
    say(there, cards[WARNING], None, overrideReason={"reason": {"system": "urn:oid:1.2", "code": "42"}})
    say(there, cards[DIFFERENTIAL], DONE)
    assert set(shown(there)) == {DIFFERENTIAL}


def test_a_code_of_ours_under_another_system_is_not_ours(there: Site) -> None:
    for card in shown(there).values():
        say(there, card, None, overrideReason={"reason": {"system": "urn:oid:1.2", "code": DONE}})
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}


def test_the_last_word_counts(there: Site) -> None:
    cards = shown(there)
    say(there, cards[WARNING], DONE, at="2026-11-20T10:00:00Z")
    say(there, cards[WARNING], NOT_NOW, at="2026-11-20T10:05:00Z")
    assert WARNING in shown(there)
    say(there, cards[WARNING], DONE, at="2026-11-20T10:10:00Z")
    assert WARNING not in shown(there)


@pytest.mark.parametrize("late", [{"outcome": "accepted", "code": None}, {"code": NOT_NOW}])
def test_what_came_last_counts_too_where_clocks_disagree(late: dict[str, Any], there: Site) -> None:
    """Dated before the word that it corrects: nobody knows which is the last, so the card is shown."""
    card = shown(there)[WARNING]
    say(there, card, DONE, at="2026-11-20T10:00:00Z")
    assert WARNING not in shown(there)
    there.service.clock = lambda: NOON + timedelta(minutes=1)
    say(there, card, at="2026-11-20T09:00:00Z", **late)
    assert WARNING in shown(there)
    there.service.clock = lambda: NOON + timedelta(minutes=2)
    say(there, card, DONE, at="2026-11-20T10:10:00Z")
    assert WARNING not in shown(there)


def test_feedback_that_comes_before_the_card_is_written_counts(there: Site) -> None:
    cards = post(there.client, call(CHART, hookInstance="early")).get_json()["cards"]
    for card in cards:
        say(there, card["uuid"])
    assert shown(there) == {}


# ---- what changed is shown


NEWER = [
    pytest.param(
        bundle(WORSE, DROP, condition("foot drop", "c2")), {WARNING, DIFFERENTIAL}, id="a new finding"
    ),
    pytest.param(
        bundle(WORSE | {"onsetDateTime": "2026-11-18"}, DROP), {WARNING, DIFFERENTIAL}, id="another onset"
    ),
    pytest.param(bundle(WORSE | {"id": "c9"}, DROP), {WARNING, DIFFERENTIAL}, id="entered anew"),
    pytest.param(bundle(WORSE, DROP, WORSE | {"id": "c9"}), {WARNING, DIFFERENTIAL}, id="entered again"),
    pytest.param(
        bundle(WORSE | {"code": {"text": "progressive weakness of left leg"}}, DROP),
        {WARNING, DIFFERENTIAL},
        id="other words",
    ),
    pytest.param(
        bundle(WORSE, DROP, condition("diabetes mellitus", "c2", onset="2019")),
        {WARNING, DIFFERENTIAL},
        id="a known disease that nobody had recorded",
    ),
    pytest.param(bundle(WORSE, DROP, condition("hay fever", "c2")), set(), id="what has no part in weakness"),
    pytest.param(bundle(DROP, WORSE), set(), id="another order"),
]


@pytest.mark.parametrize(("conditions", "again"), NEWER)
def test_what_rests_on_something_else_is_shown_again(conditions: Any, again: set[str], there: Site) -> None:
    put_aside(there)
    assert shown(there) == {}
    assert set(shown(there, everything(conditions=conditions))) == again


def test_a_newer_value_shows_them_again(there: Site) -> None:
    def with_potassium(value: float, identity: str, at: str) -> Any:
        return {
            "resourceType": "Observation",
            "id": identity,
            "status": "final",
            "subject": {"reference": "Patient/p1"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
            "effectiveDateTime": at,
            "valueQuantity": {
                "value": value,
                "unit": "mmol/L",
                "system": "http://unitsofmeasure.org",
                "code": "mmol/L",
            },
        }

    first = with_potassium(3.1, "o1", "2026-11-19T08:00:00Z")
    chart = everything(conditions=bundle(WORSE, DROP), observations=bundle(first))
    put_aside(there, chart)
    assert shown(there, chart) == {}
    second = with_potassium(3.0, "o2", "2026-11-20T08:00:00Z")
    newer = everything(conditions=bundle(WORSE, DROP), observations=bundle(first, second))
    assert set(shown(there, newer)) == {WARNING, DIFFERENTIAL}


def test_what_became_urgent_is_shown_whatever_was_put_aside(there: Site) -> None:
    put_aside(there)
    worse = bundle(WORSE, DROP, condition("saddle anaesthesia", "c2"), condition("urinary retention", "c3"))
    assert set(shown(there, everything(conditions=worse))) == {"LegWeaknessRedFlagCES", DIFFERENTIAL}


def test_a_critical_card_is_never_left_out(there: Site) -> None:
    put_aside(there, WEAK)
    assert "LegWeaknessRedFlagStroke" in shown(there, WEAK)
    assert {row["mark"] for row in there.rows("card") if row["indicator"] == "critical"} == {None}


def test_nothing_is_left_out_where_the_check_is_incomplete(there: Site) -> None:
    put_aside(there)
    failed = {"resourceType": "OperationOutcome"}
    assert set(shown(there, CHART | {"observations": failed})) == {WARNING, DIFFERENTIAL}
    alone = everything(conditions=failed)
    put_aside(there, alone)
    assert set(shown(there, alone)) == {"LegWeaknessIncomplete"}


def test_another_patient_is_another_matter(there: Site) -> None:
    put_aside(there)
    other = {"subject": {"reference": "Patient/p2"}}
    chart = everything(conditions=bundle(WORSE | other, DROP | other), patient=patient("p2"))
    assert set(shown(there, chart, context={"patientId": "p2"})) == {WARNING, DIFFERENTIAL}


def test_it_ends_so_many_days_after_the_card_was_shown(there: Site) -> None:
    put_aside(there)
    there.service.clock = lambda: NOON + timedelta(hours=1)
    assert shown(there) == {}
    there.service.clock = lambda: NOON + timedelta(days=8)
    assert shown(there)


# ---- several clients, workers and contents


def another(there: Site, settings: Settings, client: Client) -> Site:
    """The same journal and content, asked by another client or another worker."""
    service = there.service
    service.desk = service.desk.of_client(settings, client)
    service.acknowledgements.close()
    service.acknowledgements = Acknowledgements(settings, service.desk.knowledge)
    return Site(service, settings)


def test_another_client_is_another_matter_and_cannot_put_aside_what_it_did_not_show(there: Site) -> None:
    cards = shown(there)
    both = there.settings.model_copy(update={"clients": (ehr(), ehr("other"))})
    stranger = another(there, both, both.clients[1])
    for card in cards.values():
        say(stranger, card)
    back = another(there, both, both.clients[0])
    assert set(shown(back)) == {WARNING, DIFFERENTIAL}
    put_aside(back)
    assert set(shown(another(there, both, both.clients[1]))) == {WARNING, DIFFERENTIAL}


def test_two_workers_share_what_was_put_aside(there: Site) -> None:
    put_aside(there)
    second = Acknowledgements(there.settings, there.service.desk.knowledge)
    there.service.acknowledgements.close()
    there.service.acknowledgements = second
    assert shown(there) == {}


def test_with_another_secret_all_is_shown_again(there: Site) -> None:
    put_aside(there)
    rotated = there.settings.model_copy(update={"acknowledgement_secret": SECRET[::-1]})
    assert set(shown(another(there, rotated, rotated.clients[0]))) == {WARNING, DIFFERENTIAL}


def test_the_same_uuid_shown_with_other_evidence_puts_nothing_aside(there: Site) -> None:
    """Nobody can say which of the two the clinician saw."""
    other = everything(conditions=bundle(WORSE | {"onsetDateTime": "2026-11-18"}, DROP))
    cards = shown(there, CHART, hookInstance="one")
    assert shown(there, other, hookInstance="one") == cards
    for card in cards.values():
        say(there, card)
    assert set(shown(there)) == set(shown(there, other)) == {WARNING, DIFFERENTIAL}


# ---- what is kept and counted


def test_the_journal_holds_a_keyed_digest_and_nothing_else_of_the_patient(there: Site) -> None:
    shown(there)
    marks = [row["mark"] for row in there.rows("card")]
    assert len(set(marks)) == 2
    assert all(len(mark) == 64 and int(mark, 16) for mark in marks)
    kept = str([there.rows(name) for name in ("card", "tally", "call_part")])
    for secret in ("p1", "dr1", "1960", "progressive leg", "foot drop", SECRET):
        assert secret not in kept
    rotated = there.settings.model_copy(update={"acknowledgement_secret": SECRET[::-1]})
    shown(another(there, rotated, rotated.clients[0]))
    assert len({row["mark"] for row in there.rows("card")}) == 4


def acknowledged_by_metrics(there: Site) -> float:
    """Since the process started, so by all tests before."""
    name = f'legweakness_cards_acknowledged_total{{indicator="warning",topic="{WARNING}"}} '
    lines = there.client.get("/metrics").text.splitlines()
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def test_what_is_left_out_is_counted(there: Site, capsys: pytest.CaptureFixture[str]) -> None:
    put_aside(there)
    before = acknowledged_by_metrics(there)
    shown(there)
    assert there.parts("acknowledged") == {f"{WARNING} warning": 1, f"{DIFFERENTIAL} info": 1}
    assert there.parts("found") == {f"{WARNING} warning": 2, f"{DIFFERENTIAL} info": 2}
    assert there.parts("shown") == {f"{WARNING} warning": 1, f"{DIFFERENTIAL} info": 1}
    lines = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    told = [(line["shown"], line["acknowledged"]) for line in lines if line["event"] == "hook call"]
    assert told == [(2, 0), (0, 2)]
    assert acknowledged_by_metrics(there) == before + 1


def test_a_silent_client_leaves_no_mark(site: Open) -> None:
    there = site(clients=(ehr(),), acknowledgement_secret=SECRET, mode="silent")
    assert shown(there) == {}
    assert there.rows("card") == []
    assert there.parts("acknowledged") == {}


def test_what_is_over_is_forgotten_with_the_daily_work(there: Site) -> None:
    put_aside(there)
    later = [NOON + timedelta(days=7)]
    journal = Journal(there.settings, lambda: later[0])
    journal.start()
    assert journal.writer.flush(30)
    assert None not in {row["mark"] for row in there.rows("card")}
    journal.close()
    later[0] += timedelta(days=1)
    journal = Journal(there.settings, lambda: later[0])
    journal.start()
    assert journal.writer.flush(30)
    journal.close()
    assert [row["mark"] for row in there.rows("card")] == [None, None]
    assert len(there.rows("feedback")) == 2


def test_marks_of_a_client_that_switched_it_off_are_forgotten() -> None:
    clients = (ehr(days=3), Client(name="off"))
    assert marks_kept(NOON, clients) == {"ehr": (NOON - timedelta(days=3)).date()}


# ---- failures


class Away:
    """A database that is not there."""

    def last_words(self, *_: object) -> None:
        raise JournalUnavailable("OperationalError")

    def close(self) -> None:
        """Nothing is open."""


def ask(there: Site, store: Away) -> None:
    service = there.service
    service.acknowledgements.close()
    service.acknowledgements = Acknowledgements(
        there.settings,
        service.desk.knowledge,
        opened=lambda _: store,  # type: ignore[arg-type,return-value]
    )


def test_without_the_database_all_is_shown(there: Site, capsys: pytest.CaptureFixture[str]) -> None:
    put_aside(there)
    ask(there, Away())
    capsys.readouterr()
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}
    events = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    said = [line["reason"] for line in events if line["event"].startswith("acknowledgements not looked up")]
    assert said == ["OperationalError"], "once, and then nobody is asked for a while"
    assert there.service.acknowledgements.counts.unanswered == 2


class Slow(Away):
    """A database that does not answer until the test is over."""

    def __init__(self) -> None:
        self.over = Event()

    def last_words(self, *_: object) -> None:
        self.over.wait(30)


def test_a_call_does_not_wait_for_a_database_that_is_slow(
    there: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_aside(there)
    monkeypatch.setattr("cds_service.site.acknowledgement.WAIT_SECONDS", 0.01)
    slow = Slow()
    ask(there, slow)
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}
    slow.over.set()


def test_a_defect_in_it_shows_all(there: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    put_aside(there)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(acknowledged, "left", breaks)
    assert set(shown(there)) == {WARNING, DIFFERENTIAL}
    assert there.parts("failed") == {"acknowledged": 1}


# ---- settings


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"acknowledgement_secret": None}, "acknowledgement_secret: missing"),
        ({"acknowledgement_secret": "short"}, "at least 32 bytes"),
        ({"database_url": "none"}, "needs a journal"),
        ({"clients": [{"name": "ehr", "acknowledgement": ON | {"days": 31}}]}, "less than or equal to 30"),
        ({"clients": [{"name": "ehr", "acknowledgement": ON | {"codes": [NOT_NOW]}}]}, "is shown again"),
        ({"clients": [{"name": "ehr", "acknowledgement": ON | {"codes": []}}]}, "codes"),
        ({"clients": [{"name": "ehr", "acknowledgement": {"by": "A"}}]}, "reason"),
        ({"clients": [{"name": "ehr", "acknowledgement": {"reason": "A"}}]}, "by"),
    ],
)
def test_it_does_not_start_with(given: dict[str, Any], says: str) -> None:
    fine: dict[str, Any] = {
        "clients": [{"name": "ehr", "acknowledgement": ON}],
        "acknowledgement_secret": SECRET,
        "database_url": "sqlite:///x.db",
    }
    Settings(**fine)
    with pytest.raises(ValidationError, match=says) as refused:
        Settings(**(fine | given))
    assert "'short'" not in str(refused.value)


def test_a_reason_that_no_card_offers_is_refused(there: Site) -> None:
    wrong = there.settings.model_copy(update={"clients": (ehr(codes=["action-complete"]),)})
    with pytest.raises(SettingsRefused, match="no card offers action-complete"):
        Acknowledgements(wrong, there.service.desk.knowledge)


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(Settings(acknowledgement_secret=SECRET))


# ---- what holds for every chart


@pytest.fixture(scope="module")
def desk(_loaded: Service) -> Desk:
    return _loaded.desk


@pytest.fixture(scope="module")
def answers(desk: Desk) -> dict[str, Answer]:
    return {
        name: answer(open_call(json.dumps(fixtures.call(name, MOMENT)).encode()), desk, MOMENT, logged=False)
        for name in fixtures.names()
    }


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_was_put_aside_no_critical_card_and_no_incomplete_one_is_left_out(
    data: st.DataObject, answers: dict[str, Answer], desk: Desk
) -> None:
    content = desk.knowledge
    done = answers[data.draw(st.sampled_from(sorted(answers)))]
    rests_on = acknowledged.evidence(done.cards, done.assessment, content)
    topics = [card.topic for card in done.cards]
    digests = st.sampled_from([*rests_on.values(), "", None])
    known = data.draw(st.sets(st.tuples(st.sampled_from([*topics, "Other"]), digests)))
    everything_known = {(topic, each) for topic in topics for each in (*rests_on.values(), None)}
    for aside in (known, everything_known):
        left = acknowledged.left(done.cards, rests_on, aside)  # type: ignore[arg-type]
        needed = [c for c in done.cards if c.indicator == "critical" or c.topic == "LegWeaknessIncomplete"]
        assert all(card in left for card in needed)
        assert [card for card in done.cards if card in left] == list(left)


def test_evidence_is_the_same_a_few_minutes_later_and_in_another_order(desk: Desk) -> None:
    """Else nothing that was put aside would stay so."""
    content, changed = desk.knowledge, []
    for name in fixtures.names():
        sent = fixtures.call(name, MOMENT)
        turned = sent | {
            "prefetch": {key: _turned(value) for key, value in reversed(sent["prefetch"].items())}
        }
        told = []
        for each, as_of in ((sent, MOMENT), (sent, MOMENT + timedelta(minutes=5)), (turned, MOMENT)):
            done = answer(open_call(json.dumps(each).encode()), desk, as_of, logged=False)
            told.append(acknowledged.evidence(done.cards, done.assessment, content))
        changed += [name] if told[1:] != told[:1] * 2 else []
    assert changed == []


def _turned(value: Any) -> Any:
    return (
        value | {"entry": value["entry"][::-1]} if isinstance(value, dict) and value.get("entry") else value
    )


def test_the_mark_is_keyed(there: Site) -> None:
    """What anybody could compute who guesses the patient would be no secret."""
    client = there.settings.clients[0]
    mark = there.service.acknowledgements._mark(client, "p1", DIFFERENTIAL, "0" * 64)
    said = json.dumps(["ehr", "p1", DIFFERENTIAL, "0" * 64]).encode()
    assert mark == hmac.new(SECRET.encode(), said, "sha256").hexdigest()
