"""Code systems, qualifiers of codes, sides and sites."""

from __future__ import annotations

from typing import Any

import pytest

from cards.facts import Answer, Fact, Facts
from cards.findings import Side, Stance
from cards.followers import follow_from_others
from cds_service.evidence import EvidenceReader
from tests.clinical.evidence_charts import (
    ICD10CM,
    KNOWLEDGE,
    LEFT_LEG,
    LEG_WEAKNESS,
    MUSCLE_WEAKNESS,
    SCT,
    condition,
    finding,
    findings,
    hit,
    stances,
    text,
)

WHO = "http://hl7.org/fhir/sid/icd-10"
ICD9 = "http://hl7.org/fhir/sid/icd-9-cm"


def coded(system: str, code: str, **more: Any) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} | more]}


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (SCT, "102568007"),
        ("urn:oid:2.16.840.1.113883.6.96", "102568007"),
        ("HTTP://SNOMED.info/sct/", "102568007"),
        ("http://snomed.info/sct/900000000000207008", "102568007"),
        ("http://snomed.info/sct/83821000000107/version/20230412", "102568007"),
        ("http://snomed.info/sct|http://snomed.info/sct/731000124108", "102568007"),
        (SCT, 102568007),
        (ICD10CM, "G83.10"),
        (ICD10CM, "G8310"),
        (ICD10CM, "g83.10"),
        ("ICD-10-CM", "G83.10"),
        ("http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd10", "G8310"),
    ],
)
def test_a_code_is_known_under_every_name_of_its_system(system: str, code: Any) -> None:
    assert list(stances(condition(coded(system, code)))) == ["cs_leg_weakness"]


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("urn:local", "102568007"),
        ("", "102568007"),
        (ICD10CM, "102568007"),
        ("http://snomed.info/sct/module", "102568007"),
        ("http://hl7.org/fhir/sid/icd-10-cm/procedures", "G83.10"),
    ],
)
def test_a_code_of_another_system_is_another_code(system: str, code: str) -> None:
    assert findings(condition(coded(system, code))) == ()


@pytest.mark.parametrize("meant", [SCT, "sct"])
def test_a_site_may_name_its_systems(meant: str) -> None:
    reader = EvidenceReader(KNOWLEDGE, code_systems={"urn:our-hospital:problems/": meant})
    local = condition(coded("urn:our-hospital:problems", "102568007"))
    assert list(stances(local, reader=reader)) == ["cs_leg_weakness"]
    assert findings(local) == ()


@pytest.mark.parametrize(
    "shape",
    [
        "Leg weakness",
        [text("Leg weakness")],
        {"coding": {"system": SCT, "code": "102568007"}},
        {"system": SCT, "code": "102568007"},
        {"coding": [{"system": "urn:local", "code": "4711", "display": "Leg weakness"}]},
        {"coding": ["Leg weakness"]},
        {"coding": [{"display": "Leg weakness"}]},
        {"coding": [{"system": SCT, "code": "1", "display": "Leg weakness"}]},
    ],
)
def test_a_coded_element_is_read_in_other_shapes(shape: Any) -> None:
    assert list(stances(condition(shape))) == ["cs_leg_weakness"]


@pytest.mark.parametrize(
    "shape", [None, [], {}, 5, True, {"coding": None}, {"coding": [None, 7]}, {"text": {}}]
)
def test_a_coded_element_without_anything_in_it_names_nothing(shape: Any) -> None:
    assert findings(condition(shape)) == ()


def test_the_label_is_the_text_else_the_display_else_the_code() -> None:
    weakness = coded(SCT, "102568007", display="Paresis of lower extremity")
    assert finding(condition(weakness | text("Weak leg"))).label == "Weak leg"
    assert finding(condition(weakness)).label == "Paresis of lower extremity"
    assert finding(condition(LEG_WEAKNESS)).label == "102568007"


def test_the_name_of_a_known_code_is_not_read_again_as_words() -> None:
    """ "Hemiplegia following cerebral infarction" is one code with its own meaning."""
    shown = coded(SCT, "102568007", display="No leg weakness, foot drop")
    assert stances(condition(shown)) == {"cs_leg_weakness": Stance.AFFIRMED}


def test_a_code_that_no_terminology_confirms_is_a_weak_hint() -> None:
    unverified = next(row for row in KNOWLEDGE.codes.rows if not row.verified and row.system == "sct")
    one = finding(condition(coded(SCT, unverified.code)))
    assert not hit(one, unverified.concept).confirmed


@pytest.mark.parametrize(
    ("words", "site", "counts"),
    [
        ("Pain in limb", None, False),
        ("Pain in leg", None, True),
        ("Pain in limb", LEFT_LEG, True),
        ("Pain in limb", text("left thigh"), True),
        ("Pain in limb", text("right hand"), False),
    ],
)
def test_some_codes_need_a_leg(words: str, site: Any, counts: bool) -> None:
    said = stances(condition(coded(WHO, "M79.6") | text(words), **({"bodySite": [site]} if site else {})))
    assert ("cs_leg_pain" in said) is counts


@pytest.mark.parametrize(("words", "counts"), [("B12 deficiency", True), ("Folate deficiency", False)])
def test_some_codes_need_a_word(words: str, counts: bool) -> None:
    assert ("cs_dx_b12_scd" in stances(condition(coded(ICD10CM, "E53.8") | text(words)))) is counts


@pytest.mark.parametrize(
    ("words", "counts"), [("Spinal stenosis", True), ("Cervical spinal stenosis", False)]
)
def test_some_codes_do_not_count_with_a_word(words: str, counts: bool) -> None:
    said = finding_or_none(condition(coded(SCT, "76107001") | text(words)))
    assert ("cs_dx_stenosis" in said) is counts


def finding_or_none(one: dict[str, Any]) -> set[str]:
    return {h.concept for found in findings(one) for h in found.hits if h.by_code}


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("G81.91", Side.RIGHT),
        ("G81.92", Side.LEFT),
        ("G8194", Side.LEFT),
        ("G81.90", None),
        ("M21.371", Side.RIGHT),
        ("M21.372", Side.LEFT),
        ("M21.379", None),
        ("G57.33", Side.BILATERAL),
        ("I69.354", Side.LEFT),
    ],
)
def test_a_code_may_tell_the_side(code: str, side: Side | None) -> None:
    one = finding(condition(coded(ICD10CM, code)))
    assert {h.side for h in one.hits} == {side}


def test_the_body_site_goes_before_the_code_and_the_code_before_the_words() -> None:
    weakness = coded(ICD10CM, "G83.11")  # right dominant side
    assert finding(condition(weakness | text("Weakness of left leg"))).hits[0].side is Side.RIGHT
    assert finding(condition(weakness, bodySite=[LEFT_LEG])).hits[0].side is Side.LEFT
    assert finding(condition(LEG_WEAKNESS | text("Weakness of left leg"))).hits[0].side is Side.LEFT


def test_the_name_of_a_known_code_tells_the_side() -> None:
    named = coded(SCT, "16018391000119104")  # the content calls it "Paresis of left lower limb"
    assert finding(condition(named)).hits[0].side is Side.LEFT
    shown = coded(SCT, "102568007", display="Paresis of right lower extremity")
    assert finding(condition(shown)).hits[0].side is Side.RIGHT


def test_left_and_right_sites_are_both_sides() -> None:
    right_leg = {"coding": [{"system": SCT, "code": "62175007"}]}
    assert finding(condition(bodySite=[LEFT_LEG, right_leg])).hits[0].side is Side.BILATERAL


@pytest.mark.parametrize("site", [LEFT_LEG, text("Left lower limb"), "left leg", [text("left thigh")]])
def test_a_body_site_is_read_by_code_and_in_words(site: Any) -> None:
    one = finding(condition(MUSCLE_WEAKNESS, bodySite=site))
    assert one.leg_site
    assert one.hits[0].concept == "cs_leg_weakness"
    assert one.hits[0].side is Side.LEFT


def test_another_site_is_noted() -> None:
    one = finding(condition(text("Severe pain"), bodySite=[text("Neck")]))
    assert one.other_site
    assert not one.leg_site


def test_paralysis_of_both_legs_after_a_stroke_tells_of_the_old_stroke_and_of_the_legs() -> None:
    one = finding(condition(coded(SCT, "102831000119104")))
    assert {each.concept for each in one.hits} == {"cs_paraparesis", "cs_dx_stroke_old"}
    assert hit(one, "cs_paraparesis").side is Side.BILATERAL


@pytest.mark.parametrize(
    ("system", "code"), [(ICD10CM, "I69.354"), (ICD10CM, "I69.941"), (ICD9, "438.21"), (SCT, "442733008")]
)
def test_a_late_effect_of_a_stroke_is_an_old_stroke_and_nothing_new(system: str, code: str) -> None:
    assert list(stances(condition(coded(system, code)))) == ["cs_dx_stroke_old"]


@pytest.mark.parametrize(
    ("system", "code"), [(ICD10CM, "I69.320"), (ICD10CM, "I69.331"), (ICD9, "438.11"), (ICD9, "438.31")]
)
def test_a_late_effect_of_speech_or_arm_is_no_weak_leg(system: str, code: str) -> None:
    assert list(stances(condition(coded(system, code)))) == ["cs_dx_stroke_old"]


def test_what_follows_from_an_unconfirmed_code_is_a_hint_too() -> None:
    unsure = Fact("urine_blood", Answer.PRESENT, hint_only=True)
    facts = Facts(KNOWLEDGE, [unsure, Fact("urine_without_red_cells", Answer.PRESENT)])
    follow_from_others(facts, KNOWLEDGE)
    assert facts.holds("dark_urine")
    assert facts.get("dark_urine").hint_only
