"""What a problem or diagnosis in the chart says, and when it was so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cards.findings import Kind, Side, Stance
from tests.clinical.evidence_charts import (
    ICD10CM,
    LEFT_LEG,
    LEG_WEAKNESS,
    ME,
    MUSCLE_WEAKNESS,
    NOW,
    SCT,
    condition,
    finding,
    findings,
    hit,
    patient,
    read,
    stances,
    text,
)


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": code}]}


def test_a_coded_leg_weakness_is_a_finding_of_the_patient() -> None:
    one = finding(condition())
    assert (one.kind, one.source.reference) == (Kind.CONDITION, "Condition/c1")
    assert [(h.concept, h.stance, h.by_code) for h in one.hits] == [
        ("cs_leg_weakness", Stance.AFFIRMED, True)
    ]


def test_a_leg_weakness_in_words_alone_is_a_finding() -> None:
    one = finding(condition(text("Leg weakness")))
    assert hit(one, "cs_leg_weakness").by_code is False
    assert one.label == "Leg weakness"


def test_a_condition_that_is_not_about_weakness_is_no_finding() -> None:
    assert findings(condition(text("Hypertension"))) == ()


@pytest.mark.parametrize("void", ["refuted", "entered-in-error", "Entered in error"])
def test_a_refuted_or_mistaken_entry_does_not_count(void: str) -> None:
    assert findings(condition(verificationStatus=status(void))) == ()
    assert findings(condition(verificationStatus=text(void))) == ()


@pytest.mark.parametrize("unsure", ["unconfirmed", "provisional", "differential"])
def test_an_unconfirmed_diagnosis_is_suspected(unsure: str) -> None:
    one = finding(condition(verificationStatus=status(unsure)))
    assert not one.confirmed
    assert one.hits[0].stance is Stance.SUSPECTED


@pytest.mark.parametrize("sure", [status("confirmed"), None])
def test_a_diagnosis_is_confirmed_unless_the_record_doubts_it(sure: Any) -> None:
    one = finding(condition(verificationStatus=sure))
    assert one.confirmed
    assert one.hits[0].stance is Stance.AFFIRMED


@pytest.mark.parametrize("over", ["inactive", "remission", "resolved"])
def test_a_problem_that_is_over_is_historical(over: str) -> None:
    assert finding(condition(clinicalStatus=status(over))).historical


@pytest.mark.parametrize(
    "current", [status("active"), status("recurrence"), status("relapse"), None, "active"]
)
def test_a_problem_is_current_unless_the_record_says_that_it_is_over(current: Any) -> None:
    assert not finding(condition(clinicalStatus=current)).historical


@pytest.mark.parametrize("shape", ["resolved", text("Resolved"), {"code": "resolved"}, [status("resolved")]])
def test_a_status_is_understood_in_other_shapes(shape: Any) -> None:
    assert finding(condition(clinicalStatus=shape)).historical


def test_a_problem_that_abated_is_over_although_its_status_says_active() -> None:
    one = finding(condition(clinicalStatus=status("active"), abatementDateTime="2026-10-01"))
    assert one.historical
    assert one.ended is not None
    assert one.ended.earliest == datetime(2026, 10, 1, tzinfo=UTC)


def test_a_problem_that_will_abate_is_not_over() -> None:
    one = finding(condition(abatementDateTime="2026-12-24"))
    assert not one.historical
    assert one.ended is None


@pytest.mark.parametrize(
    "abatement",
    [
        {"abatementPeriod": {"start": "2026-01-01", "end": "2026-03-01"}},
        {"abatementString": "2026-03-01"},
        {"abatementAge": {"value": 60, "code": "a"}},
        {"abatementRange": {"low": {"value": 60, "unit": "years"}}},
    ],
)
def test_an_end_is_understood_in_every_type_that_fhir_allows(abatement: dict[str, Any]) -> None:
    one = finding(patient(), condition(**abatement))
    assert one.historical
    assert one.ended is not None


@pytest.mark.parametrize(
    ("abatement", "over"),
    [
        ({"abatementBoolean": True}, True),
        ({"abatementBoolean": False}, False),
        ({"abatementString": "resolved after a week"}, True),
        ({"abatementString": "after two days"}, True),
        ({"abatementString": "last week"}, True),
        ({"abatementString": "on discharge"}, True),
        ({"abatementString": "not resolved"}, False),
        ({"abatementString": "still present"}, False),
        ({"abatementString": "improving"}, False),
        ({"abatementString": "unknown"}, False),
        ({"abatementString": "see notes"}, False),
        ({"abatementString": "?"}, False),
        ({"abatementString": "2027-03-01"}, False),
        ({"abatementString": "ongoing"}, False),
    ],
)
def test_an_end_without_a_date_counts_unless_it_says_that_it_goes_on(
    abatement: dict[str, Any], over: bool
) -> None:
    assert finding(condition(**abatement)).historical is over


def test_words_about_an_end_do_not_outweigh_an_active_status() -> None:
    assert not finding(condition(clinicalStatus=status("active"), abatementString="resolved")).historical


@pytest.mark.parametrize(
    ("dates", "stated", "earliest"),
    [
        ({"onsetDateTime": "2026-11-20", "recordedDate": "2026-11-21"}, True, "2026-11-20"),
        ({"onsetPeriod": {"start": "2026-11-19"}}, True, "2026-11-19"),
        ({"onsetAge": {"value": 66, "code": "a"}}, True, "2026-05-01"),
        ({"onsetRange": {"low": {"value": 66}, "high": {"value": 67}}}, True, "2026-05-01"),
        ({"onsetString": "2026-11-18"}, True, "2026-11-18"),
        ({"onsetString": "some time ago", "recordedDate": "2026-11-21"}, False, "2026-11-21"),
        ({"assertedDate": "2026-11-17"}, False, "2026-11-17"),
    ],
)
def test_the_onset_goes_before_the_day_of_writing(dates: dict[str, Any], stated: bool, earliest: str) -> None:
    one = finding(patient(), condition(**dates))
    assert one.onset_stated is stated
    assert one.when is not None
    assert abs(one.when.earliest - datetime.fromisoformat(earliest).replace(tzinfo=UTC)) <= timedelta(days=1)


def test_a_condition_without_a_date_has_that_of_its_encounter_wherever_it_stands() -> None:
    diagnosis = condition(encounter={"reference": "Encounter/e1"})
    visit = {
        "resourceType": "Encounter",
        "id": "e1",
        "subject": ME,
        "period": {"start": "2026-11-20T09:00:00Z"},
    }
    for order in ((diagnosis, visit), (visit, diagnosis)):
        one = finding(*order)
        assert one.when is not None
        assert one.when.earliest == datetime(2026, 11, 20, 9, tzinfo=UTC)
        assert not one.onset_stated
        assert one.encounter == "Encounter/e1"


def test_a_condition_without_any_date_is_undated() -> None:
    assert finding(condition()).when is None


def test_an_onset_in_words_tells_how_it_began() -> None:
    assert stances(condition(onsetString="suddenly this morning"))["words_onset_sudden"] is Stance.AFFIRMED


def test_a_date_is_the_whole_day_where_it_was_written() -> None:
    one = finding(condition(onsetDateTime="2026-11-20"), time_zone=ZoneInfo("Australia/Sydney"))
    assert one.when is not None
    assert one.when.earliest == datetime(2026, 11, 19, 13, tzinfo=UTC)
    assert not one.timed


def test_an_onset_with_a_time_of_day_is_a_moment() -> None:
    one = finding(condition(onsetDateTime="2026-11-22T08:30:00+01:00"))
    assert one.timed
    assert one.when is not None
    assert one.when.earliest == one.when.latest == datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def test_an_onset_that_does_not_exist_is_named_and_the_condition_still_counts() -> None:
    chart = read(condition(onsetDateTime="2026-02-31"))
    assert chart.findings[0].when is None
    assert [(u.what, u.why, u.could_hold_red_flag) for u in chart.unread] == [
        ("Condition/c1", "date not understood", False)
    ]


def test_an_onset_that_does_not_exist_gives_way_to_the_day_of_writing() -> None:
    chart = read(condition(onsetDateTime="2026-02-31", recordedDate="2026-11-21"))
    assert chart.findings[0].when is not None
    assert not chart.findings[0].onset_stated
    assert len(chart.unread) == 1


def test_an_entry_of_the_day_after_tomorrow_is_left_out() -> None:
    assert findings(condition(onsetDateTime="2026-11-25")) == ()
    assert len(findings(condition(onsetDateTime="2026-11-23"))) == 1


def test_an_entry_of_the_problem_list_is_told_from_an_encounter_diagnosis() -> None:
    assert finding(condition(category=[status("problem-list-item")])).problem_list
    assert finding(condition(category="problem-list-item")).problem_list
    assert not finding(condition(category=[status("encounter-diagnosis")])).problem_list


def test_severity_is_read_from_its_code_its_text_and_the_name() -> None:
    severe = {"coding": [{"system": SCT, "code": "24484000"}]}
    assert finding(condition(severity=severe)).severe
    assert finding(condition(severity=text("Severe"))).severe
    assert finding(condition(text("Severe leg weakness"))).severe
    assert not finding(condition(severity=text("Mild"))).severe


def test_a_note_tells_how_it_goes_but_names_nothing_new() -> None:
    said = stances(condition(note=[{"text": "Worse since yesterday. Foot drop."}]))
    assert said["words_worsening"] is Stance.AFFIRMED
    assert "cs_foot_drop" not in said


def test_a_note_alone_makes_no_finding_and_takes_none_away() -> None:
    assert findings(condition(text("Hypertension"), note=[{"text": "suddenly worse"}])) == ()
    assert stances(condition(note=[{"text": "denies leg weakness"}]))["cs_leg_weakness"] is Stance.AFFIRMED


@pytest.mark.parametrize(
    ("words", "stance"),
    [
        ("No leg weakness", Stance.DENIED),
        ("?leg weakness", Stance.SUSPECTED),
        ("History of leg weakness", Stance.HISTORICAL),
        ("Leg weakness", Stance.AFFIRMED),
        ("Something else", Stance.AFFIRMED),
    ],
)
def test_words_beside_a_code_decide_what_it_says(words: str, stance: Stance) -> None:
    one = finding(condition(LEG_WEAKNESS | {"text": words}))
    assert hit(one, "cs_leg_weakness").stance is stance
    assert hit(one, "cs_leg_weakness").by_code


@pytest.mark.parametrize(
    ("code", "words", "concept"),
    [
        ("M62.82", "Non-traumatic rhabdomyolysis", "cs_dx_rhabdo"),
        ("M62.82", "Rhabdomyolysis, non-traumatic", "cs_dx_rhabdo"),
        ("E11.9", "Non-diabetic", "cs_diabetes"),
    ],
)
def test_a_non_in_the_name_never_denies_the_code(code: str, words: str, concept: str) -> None:
    coding = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]
    assert hit(finding(condition({"coding": coding, "text": words})), concept).stance is Stance.AFFIRMED


@pytest.mark.parametrize("words", ["Family history of leg weakness", "At risk of leg weakness"])
def test_what_relatives_have_or_what_might_come_is_no_finding_even_beside_a_code(words: str) -> None:
    assert findings(condition(LEG_WEAKNESS | {"text": words})) == ()
    assert findings(condition(text(words))) == ()


def test_a_code_of_family_history_is_no_finding() -> None:
    family = {"coding": [{"system": ICD10CM, "code": "Z82.3", "display": "Family history of stroke"}]}
    assert findings(condition(family)) == ()


def test_general_weakness_of_a_leg_is_leg_weakness() -> None:
    one = finding(condition(MUSCLE_WEAKNESS, bodySite=[LEFT_LEG]))
    assert hit(one, "cs_leg_weakness").side is Side.LEFT
    assert one.leg_site


def test_general_weakness_without_a_site_stays_general() -> None:
    assert list(stances(condition(MUSCLE_WEAKNESS))) == ["cs_limb_weakness"]


def test_general_weakness_of_an_arm_is_no_finding_about_legs() -> None:
    assert findings(condition(MUSCLE_WEAKNESS, bodySite=[text("Right arm")])) == ()
    worded = condition(MUSCLE_WEAKNESS | {"text": "Muscle weakness of right arm"})
    assert list(stances(worded)) == ["cs_arm_weakness"]


def test_the_newest_date_is_told_but_never_one_after_the_moment_of_assessment() -> None:
    old = condition(text("Hypertension"), recordedDate="2026-11-01T10:00:00Z")
    today = condition(id="c2", onsetDateTime="2026-11-22")
    future = condition(id="c3", onsetDateTime="2027-11-22")
    assert read(old).data_until == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert read(old, today, future).data_until == NOW
    assert read().data_until is None


def test_the_same_entry_sent_twice_is_one_finding() -> None:
    assert len(findings(condition(), condition())) == 1
    assert len(findings(condition(), condition(id="c2"))) == 2


def test_repeats_of_an_entry_share_a_code() -> None:
    dotted = condition({"coding": [{"system": ICD10CM, "code": "G83.10"}]})
    plain = condition({"coding": [{"system": "urn:oid:2.16.840.1.113883.6.90", "code": "G8310"}]}, id="c2")
    assert len({one.code for one in findings(dotted, plain)}) == 1


def test_an_entry_that_is_older_than_its_own_onset_states_no_sudden_onset() -> None:
    onset = "2026-11-21T08:00:00Z"
    later = finding(condition(onsetDateTime=onset, recordedDate="2026-11-21T10:00:00Z"))
    before = finding(condition(onsetDateTime=onset, recordedDate="2026-05-02"))
    assert later.onset_stated
    assert not before.onset_stated
    assert before.when == later.when
