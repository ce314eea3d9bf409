"""What a tired clinician stumbled over when the cards were read aloud, and must not stumble over again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from cards import assessment, knowledge
from cards.assessment import Assessment
from cards.card import write_differential_card
from cards.record_text import harmless
from cds_service.answer import Answer, Desk, answer
from cds_service.hooks import read_call
from cds_service.settings import Settings
from tests.clinical.bedside import (
    call_for,
    cards_for,
    condition,
    exam,
    loss_of_bladder_control,
    measured,
    medicine,
    observation,
    on_problem_list,
    patient,
    weakness,
)
from tests.clinical.cards import CHARTS
from tests.clinical.cards.ward import AS_OF
from tests.record_cards import answer_to

CONTENT = knowledge.load()
ALL = [(name, card) for name in CHARTS for card in answer_to(name)["cards"]]


def cards(name: str) -> list[dict[str, Any]]:
    return [card for chart, card in ALL if chart == name]


@cache
def desk() -> Desk:
    return Desk.ready(Settings())


def done(name: str) -> Answer:
    return answer(read_call(json.dumps(CHARTS[name]().call()).encode()), desk(), AS_OF)


def assessed(name: str) -> Assessment:
    one = done(name).assessment
    assert one is not None
    return one


# ---- every card


@pytest.mark.parametrize(("name", "card"), ALL)
def test_a_summary_is_one_clause_with_the_finding_before_what_it_means(
    name: str, card: dict[str, Any]
) -> None:
    finding, colon, meaning = card["summary"].partition(": ")
    if "check incomplete" in finding:
        return
    assert colon, card["summary"]
    assert meaning
    assert not re.match(r"(possible|consider|risk)", finding, re.IGNORECASE)
    assert len(card["summary"]) < 140
    assert "…" not in card["summary"]


def test_names_of_causes_have_no_capital_in_the_middle_of_a_sentence() -> None:
    """ "possible cause Stroke" reads like a form; names and abbreviations keep their capitals."""
    names = {"ALS", "B12", "CIDP", "Guillain-Barré", "Lambert-Eaton"}
    for cause in CONTENT.causes.values():
        assert cause.short[0].islower() or cause.short.split()[0] in names, cause.short
    for _, card in ALL:
        lines = re.findall(r"^\d\. \*\*(.)", card["detail"], re.MULTILINE)
        assert all(line.isupper() for line in lines)


@pytest.mark.parametrize(("name", "card"), ALL)
def test_nothing_on_a_card_looks_like_a_machine_wrote_it(name: str, card: dict[str, Any]) -> None:
    said = card["summary"] + card["detail"]
    assert not re.search(r"[a-z]+_[a-z]+|\bNone\b|\{|\}|  \(|\(\)|\.\.| ,|;;|: \.", said), said
    assert not re.search(r"\bCel\b|\[degF\]|10\*\d|mm\[Hg\]|cm\[H2O\]", said)


@pytest.mark.parametrize(("name", "card"), ALL)
def test_no_bullet_says_the_same_twice(name: str, card: dict[str, Any]) -> None:
    lines = [line for line in card["detail"].splitlines() if line.startswith("- ")]
    lines = [line for line in lines if line != CONTENT.wording["red_flag"]["as_above"]]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(("name", "card"), ALL)
def test_the_zone_is_told_once_and_only_where_a_time_is(name: str, card: dict[str, Any]) -> None:
    """The time of day without its zone on each line, and no zone on a card without a time."""
    timed = re.search(r"\d\d:\d\d", card["detail"]) is not None
    assert card["detail"].count("UTC") == (1 if timed else 0)


# ---- findings


def test_a_stroke_says_one_side_once() -> None:
    (summary,) = {card["summary"] for card in cards("stroke-on-a-long-medication-list")[:1]}
    assert summary == "Right hemiparesis, sudden onset, slurred speech: possible stroke, review now"


def test_a_weak_leg_of_the_other_side_is_still_told_beside_a_hemiparesis() -> None:
    record = patient(condition("Right hemiparesis"), condition("Weakness of left leg", since="1 day"))
    said = "".join(card["detail"] for card in cards_for(record)).lower()
    assert "right hemiparesis" in said
    assert re.search(r"(left|bilateral) leg weakness", said)


def test_a_finding_that_is_left_out_for_length_is_not_called_one_of_those_above() -> None:
    """Of six findings five fit; the sixth comes with the next red flag that rests on it."""
    detail = cards("four-emergencies-at-once")[0]["detail"]
    assert "Cancer (02 Feb 2025)" in detail
    assert "CRP 240 mg/L" in detail
    assert "Temperature 38.6 °C" in detail


def test_units_are_printed_as_clinicians_print_them_and_numbers_stay() -> None:
    record = patient(
        weakness(), condition("Back pain"), measured("Body temperature", 101.3, "[degF]", code="loinc 8310-5")
    )
    assert "emperature 101.3 °F" in "".join(card["detail"] for card in cards_for(record))


def test_a_value_is_not_followed_by_the_long_name_of_its_test() -> None:
    detail = cards("rhabdomyolysis-after-a-long-lie")[0]["detail"]
    assert "- CK 48300 U/L (17 Jun 2026 11:10)\n" in detail


def test_but_the_muscle_that_was_tested_is_told() -> None:
    assert "Left ankle dorsiflexion power" in cards("foot-drop-with-back-pain")[0]["detail"]


def test_a_record_that_says_the_same_is_not_quoted_and_one_that_says_more_is() -> None:
    both = patient(weakness(of="both legs"), loss_of_bladder_control())
    assert "“Weakness of both legs”" not in cards_for(both)[0]["detail"]
    more = patient(condition("Weakness of both legs after the garden party"), loss_of_bladder_control())
    assert "after the garden party”" in cards_for(more)[0]["detail"]


def test_an_argument_that_is_a_medicine_names_it_once() -> None:
    detail = cards("checkpoint-inhibitor")[1]["detail"]
    assert detail.count("“Pembrolizumab 200 mg intravenous infusion”") == 1


def test_a_class_of_drugs_is_never_all_that_is_said() -> None:
    record = patient(
        weakness(), medicine("Indapamide 2.5 mg"), measured("Potassium", 2.8, "mmol/L", code="loinc 2823-3")
    )
    assert "potassium-lowering drug (" in cards_for(record)[1]["detail"]
    assert "“Indapamide 2.5 mg”" in cards_for(record)[1]["detail"]


def test_absent_reflexes_are_not_called_merely_reduced() -> None:
    detail = cards("child-refusing-to-walk")[0]["detail"]
    assert "Reduced or absent reflexes" in detail


def test_long_words_of_the_record_are_cut_between_words() -> None:
    assert harmless("progressive weakness of the left lower extremity", 30) == "progressive weakness of the…"
    assert harmless("Beinschwächebeidseitsseitdreiwochenundmehr", 20) == "Beinschwächebeidsei…"
    assert len(harmless("word " * 40, 60)) <= 60


def test_no_hour_is_told_that_nobody_wrote_down() -> None:
    """A date without a time is noon inside, and no card says so; a true noon is told."""
    dated = observation("Heart rate", valueQuantity={"value": 70}) | {"effectiveDateTime": "2026-06-17"}
    noon = dated | {"effectiveDateTime": "2026-06-17T12:00:00Z"}
    weak = condition("Weakness of both legs", since=None) | {"onsetDateTime": "2026-06-10"}
    for newest, told in ((dated, "17 Jun 2026."), (noon, "17 Jun 2026 12:00, times in UTC.")):
        call = call_for([*patient(weak), newest])
        one = answer(read_call(json.dumps(call).encode()), desk(), AS_OF)
        assert f"Based on data up to {told}" in one.cards[0].detail


# ---- red flags


def test_a_source_is_named_once_where_it_both_lists_the_findings_and_recommends_the_step() -> None:
    detail = cards("hyperkalaemia-on-spironolactone")[0]["detail"].partition("Sources:")[0]
    assert detail.count("UK Kidney Association 2023") == 1
    assert "**Next step:** it recommends a 12-lead ECG now" in detail


def test_two_sources_are_both_named() -> None:
    detail = cards("stroke-on-a-long-medication-list")[0]["detail"].partition("Sources:")[0]
    assert "NICE NG127 lists such findings" in detail
    assert "NICE NG128 (and AHA/ASA 2019) recommends the stroke pathway now" in detail


def test_a_stroke_that_is_on_the_list_is_no_longer_a_possible_one() -> None:
    first = cards("known-stroke-named-a-week-ago")[0]
    assert first["indicator"] == "warning"
    expected = "Left hemiparesis: stroke recorded 11 Jun 2026, confirm that it is being treated"
    assert first["summary"] == expected
    assert first["detail"].index("Shown as a warning") < first["detail"].index("**Next step:**")


def test_comfort_care_is_told_in_the_summary_and_before_the_next_step() -> None:
    first = cards("comfort-care-only")[0]
    assert first["summary"].endswith("(comfort care)")
    assert first["detail"].index("Comfort-only care is recorded") < first["detail"].index("**Next step:**")


def test_comfort_care_is_told_with_the_words_and_the_date_of_its_entry() -> None:
    words = re.search(
        r"Comfort-only care is recorded \((.*)\)\. Shown", cards("comfort-care-only")[0]["detail"]
    )
    assert words
    assert "“" in words[1]
    assert re.match(r"\d+ \w+ \d{4}", words[1])


def test_the_summary_tells_that_there_are_more_red_flags() -> None:
    """Who reads no further than the summary must not miss that breathing fails as well."""
    assert cards("guillain-barre-with-three-flags")[0]["summary"].endswith("review now; 1 more red flag")
    assert cards("four-emergencies-at-once")[0]["summary"].endswith("review now; 4 more red flags")
    assert "more red flag" not in cards("cold-leg")[0]["summary"]


def test_further_flags_in_a_line_are_sentences() -> None:
    detail = cards("adolescent-after-flu")[0]["detail"]
    assert (
        "**Also – New weakness or refusal to walk in a child.** Unable to walk or stand, leg weakness."
        in detail
    )
    assert "age 9" not in detail


def test_a_second_card_without_a_cause_is_not_sent() -> None:
    """Beside a red flag it would say nothing; what is not recorded then stands on the first."""
    (only,) = cards("newborn")
    assert only["indicator"] == "warning"
    assert "**Not recorded, and would tell most:**" in only["detail"]


# ---- causes


def test_a_tie_of_the_first_two_is_said_in_the_summary_and_beside_the_second() -> None:
    (card,) = cards("two-old-diagnoses")
    assert card["summary"].endswith("lumbar spinal stenosis and peripheral neuropathy, equally supported")
    assert "; as well supported as the one above)" in card["detail"]


def test_a_tie_behind_the_first_is_said_too() -> None:
    (card,) = cards("three-old-diagnoses")
    assert "first, then equally peripheral artery disease and peripheral neuropathy" in card["summary"]


def test_a_tie_of_three_is_counted() -> None:
    known = assessed("three-old-diagnoses")
    first, *others = known.causes
    tied = (first, *(replace(one, tied=True, score=first.score) for one in others))
    card = write_differential_card(replace(known, causes=tied), CONTENT)
    assert card is not None
    ending = "consider lumbar spinal stenosis, peripheral artery disease and 1 more, equally supported"
    assert card.summary.endswith(ending)


def test_causes_are_told_as_tied_exactly_where_they_score_the_same() -> None:
    """In every chart, and never for a cause that its red flag has put there."""
    for name in CHARTS:
        causes = assessed(name).causes
        for above, below in pairwise(causes):
            assert below.tied == (above.score == below.score and not above.pinned and not below.pinned), name
            assert above.pinned or above.score >= below.score, name


def test_a_cause_that_its_red_flag_puts_first_says_so_where_the_next_is_as_well_supported() -> None:
    detail = cards("four-emergencies-at-once")[1]["detail"]
    marks = "(put here by its red flag, no better supported than the next)"
    assert f"1. **Cauda equina syndrome** {marks}" in detail
    assert f"4. **Rhabdomyolysis** {marks}" not in detail


def test_what_is_asked_for_is_named_for_what_it_is() -> None:
    """ "Would change the order" only where an order is shown."""
    assert "**Not recorded, and would tell most:**" in cards("little-recorded")[0]["detail"]
    assert "**Not recorded, and would change the order:**" in cards("painless-foot-drop")[0]["detail"]


def test_parts_that_were_not_assessed_are_told_once() -> None:
    (card,) = cards("nothing-usable")
    assert card["detail"].count("observations and results") == 1
    assert "- observations and results: not given by the EHR" in card["detail"]


def test_normal_values_and_other_problems_are_on_no_card() -> None:
    said = "".join(card["summary"] + card["detail"] for _, card in ALL).lower()
    for noise in ("hypertension", "blood pressure", "heart rate", "oxygen", "paracetamol", "obesity"):
        assert noise not in said


def test_on_the_list_without_a_date_is_told_without_one() -> None:
    undated = on_problem_list("Multiple sclerosis", code="icd10cm G35")
    del undated["onsetDateTime"]
    record = patient(undated, weakness(of="right leg", since="5 days"), exam("Babinski sign"))
    assert "multiple sclerosis (on the problem list)" in "".join(c["detail"] for c in cards_for(record))


def test_a_vital_capacity_says_how_much_it_is_for_this_body() -> None:
    record = patient(
        weakness(since="3 days"),
        exam("Ascending weakness"),
        observation("Ankle reflexes", valueString="absent"),
        measured("Vital capacity", 0.9, "L", code="loinc 19866-9"),
        measured("Body weight", 64, "kg", code="loinc 29463-7"),
    )
    assert "FVC 0.9 L = 14 mL/kg (" in cards_for(record)[0]["detail"]


def test_the_extension_and_the_card_name_the_same_gaps_in_the_same_order() -> None:
    for name in CHARTS:
        first, *rest = cards(name)
        asked = first["extension"]["org.leg-weakness-cds.assessment"].get("notRecorded", [])
        written = [
            line
            for card in (first, *rest)
            for line in re.findall(r"would [a-z ]+:\*\* (.*)\.", card["detail"])
        ]
        assert written == (["; ".join(asked)] if asked else []), name


def test_find_red_flags_alone_still_writes_its_card() -> None:
    """The differential may fail: the first half has no causes, and its card asks for nothing."""
    done = answer(read_call(json.dumps(CHARTS["cold-leg"]().call()).encode()), Desk.ready(Settings()), AS_OF)
    half = assessment.find_red_flags(done.chart, CONTENT, AS_OF)
    assert half.red_flags
    assert half.causes == ()
    assert write_differential_card(half, CONTENT) is None


def test_a_disease_that_is_not_the_cause_itself_is_called_what_it_is() -> None:
    record = patient(
        weakness(since="20 days"),
        condition("Hypothyroidism", code="icd10cm E03.9", since="900 days", category="problem-list-item"),
    )
    detail = cards_for(record)[0]["detail"]
    assert "**Thyroid myopathy** (thyroid disease on the problem list since " in detail


def test_what_speaks_for_a_cause_is_not_named_against_it_as_well() -> None:
    record = patient(
        condition("Left hemiparesis", since="20 days"),
        condition("Hypothyroidism", code="icd10cm E03.9", since="900 days", category="problem-list-item"),
    )
    detail = "\n".join(card["detail"] for card in cards_for(record))
    myopathy = detail.partition("**Thyroid myopathy**")[2].partition("\n4.")[0]
    assert "For: known thyroid disease" in myopathy
    against = myopathy.partition("Against:")[2].partition("\n")[0]
    assert "hemiparesis" in against
    assert "thyroid" not in against


def test_a_cause_that_is_listed_for_the_weakness_alone_names_it() -> None:
    """One weak leg since today: no statement speaks for a stroke, but that is why it is listed."""
    detail = cards_for(patient(condition("Left leg weakness", since="1 hour")))[-1]["detail"]
    stroke = detail.partition("**Stroke**")[2].partition("Against:")[0]
    assert "For: left leg weakness (" in stroke
