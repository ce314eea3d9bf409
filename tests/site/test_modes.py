"""Visible, silent, off: the same chart is assessed the same, and only what goes out differs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from cards import assessment
from cards.knowledge import load
from cds_service.errors import SettingsRefused
from cds_service.settings import Client, Settings
from cds_service.site import modes
from cds_service.site.modes import Modes, in_share
from tests.journal.given import WEAK
from tests.site.conftest import Open
from tests.wire.calls import bundle, call, cards, condition, everything, post

STROKE = "LegWeaknessRedFlagStroke"
DIFFERENTIAL = "LegWeaknessDifferential"
DAY = date(2026, 11, 20)
BLADDER = condition("urinary retention", "c2")
TWO_FLAGS = everything(
    conditions=bundle(
        condition("sudden weakness of right leg and arm"),
        condition("saddle anaesthesia", "c2"),
        condition("urinary retention", "c3"),
    )
)


def topics(found: list[dict[str, object]]) -> list[str]:
    return [card["source"]["topic"]["code"] for card in found]  # type: ignore[index]


def held(topic: str) -> dict[str, str]:
    return {"topic": topic, "by": "A. Nurse", "reason": "pilot of the other cards"}


def test_a_silent_service_answers_with_no_cards_exactly(site: Open) -> None:
    response = post(site(mode="silent").client, call(WEAK))
    assert (response.status_code, response.data) == (200, b'{"cards":[]}')


def test_what_would_have_been_shown_is_counted_and_no_card_is_kept(site: Open) -> None:
    there = site(mode="silent")
    assert cards(there.client, WEAK) == []
    assert there.parts("found") == {f"{STROKE} critical": 1, f"{DIFFERENTIAL} info": 1}
    assert there.parts("shown") == {}
    assert there.rows("card") == []
    (tally,) = there.rows("tally")
    assert (tally["mode"], tally["calls"], tally["calls_with_card"]) == ("silent", 1, 0)


def test_visible_and_silent_find_the_same(site: Open) -> None:
    visible = site()
    assert len(cards(visible.client, WEAK)) == 2
    seen = {row["name"]: row["calls"] for row in visible.rows("call_part") if row["part"] == "found"}
    assert seen == visible.parts("shown")
    silent = site(mode="silent")
    cards(silent.client, WEAK)
    found = [row for row in silent.rows("call_part") if row["part"] == "found" and row["mode"] == "silent"]
    assert {row["name"]: row["calls"] for row in found} == seen


def test_how_the_record_came_is_counted_by_resource_type(site: Open) -> None:
    there = site(mode="silent")
    failed = {"resourceType": "OperationOutcome"}
    assert (
        cards(there.client, everything(conditions=bundle(condition("hay fever")), observations=failed)) == []
    )
    states = there.parts("state")
    assert states["Condition given"] == 1
    assert states["Observation failed"] == 1
    assert states["Procedure empty"] == 1
    assert there.parts("not assessed") == {"any": 1, "red flag possible": 1}
    assert sum(there.parts("duration").values()) == 1


def test_nothing_of_a_call_but_names_of_ours_is_kept_while_silent(site: Open) -> None:
    there = site(mode="silent")
    cards(there.client, WEAK)
    kept = str([there.rows(name) for name in ("call_part", "tally", "card")])
    for secret in ("p1", "dr1", "d1577c69", "right leg", "1960"):
        assert secret not in kept


def test_the_card_that_the_check_is_incomplete_follows_the_mode(site: Open) -> None:
    chart = everything(conditions={"resourceType": "OperationOutcome"})
    assert topics(cards(site().client, chart)) == ["LegWeaknessIncomplete"]
    assert cards(site(mode="silent").client, chart) == []


def test_a_call_that_cannot_be_assessed_is_no_error_while_silent_and_is_counted(site: Open) -> None:
    assert post(site().client, call({})).status_code == 412
    there = site(mode="silent")
    response = post(there.client, call({}))
    assert (response.status_code, response.get_json()) == (200, {"cards": []})
    assert there.parts("failed") == {"record unavailable": 1}


def test_a_stage_that_fails_while_silent_shows_nothing_and_is_counted(
    site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assessment, "find_red_flags", breaks)
    there = site(mode="silent")
    response = post(there.client, call(WEAK))
    assert (response.status_code, response.get_json()) == (200, {"cards": []})
    assert "red flags" in there.parts("failed")


@pytest.mark.parametrize(("mode", "count"), [("visible", 2), ("silent", 0)])
def test_where_the_mode_cannot_be_worked_out_the_settings_hold(
    mode: str, count: int, site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Modes, "of", breaks)
    found = cards(site(mode=mode).client, WEAK)
    assert len(found) == count
    assert "LegWeaknessIncomplete" not in topics(found)


def test_the_mode_of_a_client_stands_above_that_of_all(site: Open) -> None:
    assert cards(site(clients=(Client(name="ehr", mode="silent"),)).client, WEAK) == []
    assert len(cards(site(mode="silent", clients=(Client(name="ehr", mode="visible"),)).client, WEAK)) == 2


def test_a_topic_held_back_leaves_the_other_card(site: Open) -> None:
    there = site(silent_topics=(held(DIFFERENTIAL),))
    (card,) = cards(there.client, WEAK)
    assert card["source"]["topic"]["code"] == STROKE
    assert there.parts("found") == {f"{STROKE} critical": 1, f"{DIFFERENTIAL} info": 1}
    (row,) = there.rows("card")
    assert row["topic"] == STROKE


def test_a_red_flag_held_back_takes_no_other_red_flag_with_it(site: Open) -> None:
    first, *_ = cards(site().client, TWO_FLAGS)
    flags = [flag["id"] for flag in first["extension"]["org.leg-weakness-cds.assessment"]["redFlags"]]
    assert flags[:2] == ["rf_stroke", "rf_ces"]
    left, *_ = cards(site(silent_topics=(held(STROKE),)).client, TWO_FLAGS)
    assert (left["indicator"], left["source"]["topic"]["code"]) == ("critical", "LegWeaknessRedFlagCES")


def test_a_red_flag_that_was_merged_into_one_held_back_comes_by_itself(site: Open) -> None:
    there = site(silent_topics=(held(STROKE),))
    first, _ = cards(there.client, WEAK)
    assert (first["indicator"], first["source"]["topic"]["code"]) == (
        "warning",
        "LegWeaknessRedFlagNewHemiparesis",
    )
    flags = first["extension"]["org.leg-weakness-cds.assessment"]["redFlags"]
    assert "rf_stroke" not in [flag["id"] for flag in flags]
    assert STROKE not in {row["topic"] for row in there.rows("card")}
    assert there.parts("found") == {f"{STROKE} critical": 1, f"{DIFFERENTIAL} info": 1}


def test_a_failure_in_working_out_what_is_left_loses_no_red_flag(
    site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = site(silent_topics=(held(DIFFERENTIAL),))
    real = assessment.find_red_flags
    times = iter(range(9))

    def breaks_the_second_time(*given: object) -> object:
        if next(times):
            raise ZeroDivisionError
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(assessment, "find_red_flags", breaks_the_second_time)
    assert topics(cards(there.client, WEAK))[0] == STROKE


@pytest.mark.parametrize("mode", ["visible", "silent"])
@pytest.mark.parametrize("broken", ["Showing.holds_back", "without"])
def test_a_defect_in_holding_back_loses_no_red_flag_and_shows_none_while_silent(
    broken: str, mode: str, site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"cds_service.site.showing.{broken}", breaks)
    there = site(mode=mode, silent_topics=(held(DIFFERENTIAL),))
    response = post(there.client, call(WEAK))
    assert response.status_code == 200
    expected = [STROKE, DIFFERENTIAL] if mode == "visible" else []
    assert topics(response.get_json()["cards"]) == expected
    assert there.parts("failed") == ({"holding back": 1} if mode == "visible" else {})


def test_an_unknown_topic_refuses_to_start() -> None:
    with pytest.raises(SettingsRefused, match="silent_topics: no card has the topic LegWeknessTypo"):
        Modes(Settings(silent_topics=(held("LegWeknessTypo"),)), load())


@pytest.mark.parametrize("lacking", ["by", "reason"])
def test_a_topic_is_held_back_by_somebody_for_a_reason(lacking: str) -> None:
    for given in ({}, {lacking: ""}, {lacking: " "}):
        said = {name: value for name, value in held(STROKE).items() if name != lacking} | given
        with pytest.raises(ValidationError, match=lacking):
            Settings(silent_topics=(said,))


def test_a_share_is_about_as_large_as_it_says() -> None:
    for percent in (1, 10, 50, 90):
        count = sum(in_share(percent, "ehr", f"p{number}", DAY) for number in range(5000))
        assert count / 5000 == pytest.approx(percent / 100, abs=0.025)


def test_a_chart_is_treated_alike_all_day_and_not_for_ever() -> None:
    """A digest of what every worker knows: the value is written here so that it stays the same."""
    days = [in_share(50, "ehr", "p1", DAY + timedelta(days=number)) for number in range(12)]
    assert days == [in_share(50, "ehr", "p1", DAY + timedelta(days=number)) for number in range(12)]
    assert set(days) == {True, False}


def test_a_larger_share_only_adds_charts() -> None:
    patients = [f"p{number}" for number in range(1000)]
    before: set[str] = set()
    for percent in range(0, 101, 10):
        now = {patient for patient in patients if in_share(percent, "ehr", patient, DAY)}
        assert before <= now
        before = now
    assert before == set(patients)


def test_a_share_shows_some_charts_and_counts_the_others_as_silent(site: Open) -> None:
    there = site(visible_share=50)
    for number in range(20):
        chart = WEAK | {"patient": {"resourceType": "Patient", "id": f"p{number}"}}
        chart["conditions"] = condition("sudden weakness of right leg and arm") | {
            "subject": {"reference": f"Patient/p{number}"}
        }
        shown = cards(there.client, chart, context={"patientId": f"p{number}"})
        assert bool(shown) == in_share(50, "anybody", f"p{number}", DAY)
    counted = {row["mode"]: row["calls"] for row in there.rows("tally")}
    assert set(counted) == {"visible", "silent"}
    assert sum(counted.values()) == 20


def test_health_and_discovery_say_that_nothing_is_shown(site: Open) -> None:
    assert site().client.get("/healthz").get_json()["showing"]["mode"] == "visible"
    silent = site(mode="silent").client
    assert silent.get("/healthz").get_json()["showing"]["mode"] == "silent"
    (service,) = silent.get("/cds-services").get_json()["services"]
    assert "silent" in service["usageRequirements"]
    several = site(clients=(Client(name="a"), Client(name="b", mode="silent"))).client
    told = several.get("/healthz").get_json()["showing"]
    assert told == {"mode": "by client", "visibleShare": 100, "heldBack": [], "switched": False}


def test_the_topics_are_those_of_all_cards() -> None:
    content = load()
    assert {STROKE, DIFFERENTIAL, "LegWeaknessIncomplete"} <= modes.topics(content)
    assert modes.red_flag_topics(content) < modes.topics(content)


# ---- by who looks

WHO = [
    ("Practitioner/dr1", (), True),
    ("PractitionerRole/77", (), True),
    ("https://ehr.example/fhir/Practitioner/dr1", (), True),
    ("Patient/p1", (), False),
    ("https://ehr.example/fhir/Patient/p1", (), False),
    ("RelatedPerson/r1", (), False),
    ("Practitioner/dr1", ("Practitioner/dr1", "PractitionerRole/77"), True),
    ("https://ehr.example/fhir/PractitionerRole/77", ("PractitionerRole/77",), True),
    ("Practitioner/dr2", ("Practitioner/dr1",), False),
    ("PractitionerRole/dr1", ("Practitioner/dr1",), False),
    ("Practitioner/DR1", ("Practitioner/dr1",), False),
    ("Patient/p1", ("Practitioner/dr1",), False),
    (..., (), True),
    (None, ("Practitioner/dr1",), True),
    ("", ("Practitioner/dr1",), True),
    ("dr2", ("Practitioner/dr1",), True),
    ("Practitioner/", ("Practitioner/dr1",), True),
]


@pytest.mark.parametrize(("who", "shown_to", "seen"), WHO)
def test_cards_are_for_clinicians_and_for_those_whom_the_site_lists(
    who: object, shown_to: tuple[str, ...], seen: bool, site: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is not known is shown what the client's mode says, also beside a list."""
    there = site(clients=(Client(name="ehr", shown_to=shown_to),))
    context = {"patientId": "p1"} | ({} if who is ... else {"userId": who})
    found = topics(cards(there.client, WEAK, context=context))
    assert found == ([STROKE, DIFFERENTIAL] if seen else [])
    assert there.parts("found") == {f"{STROKE} critical": 1, f"{DIFFERENTIAL} info": 1}
    (tally,) = there.rows("tally")
    assert tally["mode"] == ("visible" if seen else "silent")
    assert not any(name in capsys.readouterr().err for name in ("dr1", "dr2"))


def test_a_list_of_users_shows_nothing_that_is_silent(site: Open) -> None:
    there = site(clients=(Client(name="ehr", mode="silent", shown_to=("Practitioner/dr1",)),))
    assert cards(there.client, WEAK) == []


def test_a_call_of_a_patient_that_cannot_be_assessed_is_no_error(site: Open) -> None:
    there = site()
    response = post(there.client, call({}, context={"patientId": "p1", "userId": "Patient/p1"}))
    assert (response.status_code, response.get_json()) == (200, {"cards": []})


@pytest.mark.parametrize("who", ["dr1", "Patient/p1", "https://x.example/Practitioner/dr1", "Practitioner/"])
def test_only_users_as_they_are_compared_can_be_listed(who: str) -> None:
    with pytest.raises(ValidationError, match="must be a user"):
        Client(name="ehr", shown_to=(who,))
