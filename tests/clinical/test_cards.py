"""What a clinician reads: short, dated, honest about what is missing, and never live markup."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import knowledge
from cards.record_text import escaped
from cds_service import fixtures
from cds_service.recording import MOMENT
from tests.clinical.bedside import (
    answer_to,
    call_for,
    cards_for,
    condition,
    exam,
    loss_of_bladder_control,
    measured,
    patient,
    weakness,
)
from tests.record_fixtures import answer_to as fixture_answer

WORDING = knowledge.load().wording


def _fixture_cards() -> list[tuple[str, dict[str, Any]]]:
    return [(name, card) for name in fixtures.names() for card in fixture_answer(name, MOMENT)["cards"]]


def test_summaries_are_short_enough_to_be_read_at_a_glance() -> None:
    summaries = [card["summary"] for _, card in _fixture_cards()]
    assert len(summaries) > 20
    assert all(len(summary) < 140 and "…" not in summary for summary in summaries)


def test_a_card_for_one_red_flag_keeps_to_its_length() -> None:
    for name, card in _fixture_cards():
        flags = card.get("extension", {}).get("org.leg-weakness-cds.assessment", {}).get("redFlags", [])
        if card["indicator"] != "info" and len(flags) == 1:
            assert len(card["detail"]) <= WORDING["red_flag_aim"], name


def test_the_differential_keeps_to_its_length() -> None:
    for name, card in _fixture_cards():
        if card["source"]["topic"]["code"] == WORDING["differential_topic"]:
            assert len(card["detail"]) <= WORDING["differential_aim"], name


def test_no_card_reassures_or_diagnoses() -> None:
    forbidden = re.compile(
        r"no red flags?\b|\bdiagnosed\b|probab|%\s*(chance|likely)|rule[sd]? out", re.IGNORECASE
    )
    for name, card in _fixture_cards():
        said = forbidden.findall(card["summary"] + card["detail"])
        assert not said, (name, said)


def test_every_card_says_until_when_the_data_reach_and_which_content_was_used() -> None:
    for name, card in _fixture_cards():
        assert re.search(
            r"Content \d+\.\d+\.\d+\. (Based on data up to|The data carry no date)", card["detail"]
        ), name


def test_the_red_flag_comes_first_and_the_differential_after_it() -> None:
    cards = cards_for(patient(weakness(), loss_of_bladder_control()))
    assert [card["indicator"] for card in cards] == ["critical", "info"]
    assert ["org.leg-weakness-cds.assessment" in card["extension"] for card in cards] == [True, False]


def test_the_summary_states_the_finding_before_why_it_matters() -> None:
    first = cards_for(patient(weakness(), loss_of_bladder_control()))[0]
    finding, _, meaning = first["summary"].partition(": ")
    assert "urinary incontinence" in finding.lower()
    assert meaning.startswith("possible cauda equina")


def test_values_are_shown_with_unit_as_recorded_and_the_date() -> None:
    record = patient(weakness(since="1 day"), measured("Potassium", 2.1, "mEq/L", code="loinc 2823-3"))
    detail = cards_for(record)[0]["detail"]
    assert re.search(r"Potassium 2\.1 mEq/L \(\d\d \w{3} \d{4}", detail)


def test_every_red_flag_names_the_resources_that_it_rests_on() -> None:
    bladder = loss_of_bladder_control()
    cards = cards_for(patient(weakness(), bladder))
    flag = cards[0]["extension"]["org.leg-weakness-cds.assessment"]["redFlags"][0]
    assert f"Condition/{bladder['id']}" in flag["evidence"]


def test_a_second_red_flag_does_not_repeat_the_findings_of_the_first() -> None:
    detail = fixture_answer("ascending-weakness-with-low-vital-capacity", MOMENT)["cards"][0]["detail"]
    assert detail.count("educed or absent reflexes") == 1
    assert "**Also – Weakness with breathing difficulty" in detail


def test_what_could_not_be_read_is_named_on_the_card() -> None:
    record = patient(
        weakness(), loss_of_bladder_control(), measured("Creatine kinase", 900, "spoons", code="loinc 2157-6")
    )
    assert "CK 900 spoons: unit not understood" in cards_for(record)[0]["detail"]


def test_a_value_without_a_unit_is_said_to_have_none() -> None:
    record = patient(
        weakness(), loss_of_bladder_control(), measured("Creatine kinase", 20000, "", code="loinc 2157-6")
    )
    detail = cards_for(record)[0]["detail"]
    assert "CK 20000: no unit given" in detail
    assert "unit not understood" not in detail


def test_at_most_four_missing_findings_are_asked_for() -> None:
    for name, card in _fixture_cards():
        for line in re.findall(r"Not recorded, and would [a-z ]+:\*\* (.*)", card["detail"]):
            assert 1 <= len(line.split(";")) <= 4, name


def test_what_is_recorded_is_not_asked_for() -> None:
    record = patient(condition("Leg weakness", since="10 days"), exam("Hyperreflexia", answer=False))
    missing = cards_for(record)[0]["detail"].partition("Not recorded, and would tell most:")[2]
    assert missing
    assert "reflexes" not in missing


def test_the_same_call_gets_the_same_answer() -> None:
    call = call_for(patient(weakness(), loss_of_bladder_control(), exam("Absent ankle jerks")))
    one, two = answer_to(call), answer_to(call)
    for card in [*one["cards"], *two["cards"]]:
        card.get("extension", {}).get("org.leg-weakness-cds.assessment", {}).pop("asOf", None)
    assert one == two


INJECTIONS = [
    "<script>alert(1)</script> leg weakness",
    "<img src=x onerror=alert(1)> leg weakness",
    "[leg weakness](https://evil.example)",
    "leg weakness ![x](https://evil.example/x.png)",
    "leg weakness https://evil.example/?q=1",
    "leg weakness www.evil.example",
    "leg weakness mailto:a@evil.example",
    "leg weakness **bold** _it_ `code` ~~no~~ # h | table |",
    "leg weakness &lt;b&gt; &#60;b&#62;",
    "leg weakness\n\n# heading\n- list",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_of_the_record_never_becomes_markup_or_a_link(text: str) -> None:
    for card in cards_for(patient(condition(text, since="2 days"), loss_of_bladder_control())):
        assert not re.search(r"(?<!\\)<[a-zA-Z/!]", card["detail"])
        assert not re.search(r"(?<!\\)\]\(", card["detail"])
        assert "://" not in card["detail"]
        assert "www." not in card["detail"]
        assert not re.search(r"\S@\S", card["detail"])
        assert "\n# heading" not in card["detail"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_escaped_text_is_one_harmless_line(text: str) -> None:
    safe = escaped(text, 60)
    assert "\n" not in safe
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>`*_\[\]|~&#]", safe)
    assert "://" not in safe
    assert "www." not in safe.lower()
    assert not re.search(r"\S@", safe)


def test_a_value_that_cannot_be_used_makes_a_quiet_chart_no_incomplete_one() -> None:
    assert cards_for(patient(measured("Body weight", 70, "stones-ish", code="loinc 29463-7"))) == []
    assert cards_for(patient(measured("Potassium", 2.1, "furlong", code="loinc 2823-3"))) == []


def test_but_with_an_old_weakness_an_unusable_potassium_is_told() -> None:
    old = [
        condition("Multiple sclerosis", code="icd10cm G35", since="6 years", category="problem-list-item"),
        condition("Weakness of both legs", since="5 years", category="problem-list-item"),
    ]
    (card,) = cards_for(patient(*old, measured("Potassium", 2.1, "furlong", code="loinc 2823-3")))
    assert card["summary"].startswith("Leg weakness check incomplete. Not assessed: potassium 2.1 furlong")


def test_an_implausible_value_is_named() -> None:
    record = patient(weakness(), measured("Potassium", 15, "mmol/L", code="loinc 2823-3"))
    assert "potassium 15 mmol/L: value not plausible" in cards_for(record)[0]["detail"]


def test_a_newer_usable_value_makes_up_for_an_unusable_one() -> None:
    record = patient(
        weakness(since="20 days"),
        measured("Potassium", 15, "mmol/L", code="loinc 2823-3", at="2 days"),
        measured("Potassium", 4.1, "mmol/L", code="loinc 2823-3", at="1 day"),
    )
    assert "not plausible" not in cards_for(record)[0]["detail"]


def test_new_bladder_trouble_without_a_date_is_named_where_it_would_matter() -> None:
    undated = condition("Urinary retention", since=None)
    detail = "".join(card["detail"] for card in cards_for(patient(weakness(since="20 days"), undated)))
    assert "new urinary retention: no usable date" in detail


def test_a_symptom_is_not_called_a_diagnosis() -> None:
    record = patient(weakness(of="left leg", since="4 days"), condition("Pain in left leg", since="4 days"))
    details = "".join(card["detail"] for card in cards_for(record))
    assert "Soft-tissue leg pain" in details
    assert "recorded as a diagnosis" not in details
