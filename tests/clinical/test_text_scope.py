"""How far a denial, a warning or a heading reaches in lists without punctuation or with much of it."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, reader

LEG, SADDLE, FEVER = "cs_leg_weakness", "cs_saddle_sensory", "cs_fever"


@pytest.mark.parametrize(
    "text",
    [
        "No trauma leg weakness",
        "no back pain leg weakness",
        "no fever 3/7 leg weakness",
        "no fever trauma or cough 2 days leg weakness",
        "no fever, leg weakness",
        "No fever, vomiting, sudden leg weakness",
        "No fever, vomiting, R leg weakness",
        "No fever, vomiting, leg weakness since Monday",
        "No fever, vomiting, leg weakness 3/7",
        "Worried about leg weakness since Monday",
        "If anything leg weakness is worse",
        "Given the history of leg weakness, MRI requested",
        "Risks discussed. Leg weakness persists",
        "Plan: MRI for leg weakness",
    ],
)
def test_a_weakness_that_is_another_matter_is_not_lost(text: str) -> None:
    assert counts(text, LEG)


@pytest.mark.parametrize(
    "text",
    [
        "no numbness weakness or pain in the legs",
        "No fever, vomiting, leg weakness",
        "no fever, chills, leg weakness, saddle numbness",
        "Red flags negative: leg weakness",
        "ROS negative: fever, leg weakness",
        "No red flags such as leg weakness",
        "No cauda equina symptoms incl. leg weakness",
        "Return if: fever; numbness; leg weakness",
        "Return if:\n• leg weakness\n• numbness",
        "Safety-netted re cauda equina: saddle numbness, leg weakness",
        "Red flags explained - saddle numbness, leg weakness",
        "Leaflet given: warning signs - numbness, leg weakness",
        "Consented for epidural: infection, bleeding, leg weakness",
        "Potential complications: infection, leg weakness",
        "Goals: avoid leg weakness",
        "Weakness of arms, legs spared",
        "Hand weakness (legs OK)",
        "Weakness of right arm. Legs normal",
        "weak left ankle pulse",
    ],
)
def test_a_list_that_is_denied_or_feared_is_so_to_its_end(text: str) -> None:
    assert not counts(text, LEG)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Baby has bowel incontinence", "cs_bowel_incontinence"),
        ("mother diabetic", "cs_diabetes"),
        ("Partner injects heroin", "cs_ivdu"),
        ("neighbour had leg weakness", LEG),
        ("son is wetting the bed", "cs_urinary_incontinence"),
        ("leg weakness in 2015", LEG),
        ("left leg weakness (2012)", LEG),
        ("PMH: asthma, leg weakness, gout", LEG),
        ("PRN catheter for urinary retention", "cs_urinary_retention"),
    ],
)
def test_what_is_of_others_or_of_the_past_does_not_count(text: str, concept: str) -> None:
    assert not counts(text, concept)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Had a baby last week, legs weak", LEG),
        ("friend of the family brought her, leg weakness", LEG),
        ("leg weakness since 2015", LEG),
        ("leg weakness (2015 - now)", LEG),
        ("PMH asthma, leg weakness since Monday", LEG),
        ("catheterised for urinary retention", "cs_urinary_retention"),
        ("no reduction in leg weakness", LEG),
        ("acute on chronic limb ischaemia", "cs_dx_ali"),
        ("incontinent of urine and faeces", "cs_urinary_incontinence"),
    ],
)
def test_what_only_resembles_these_counts(text: str, concept: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Mri lumbar spine", "cs_mri_spine"),
        ("ck", "cs_ck"),
        ("Crp", "cs_crp"),
        ("query ces", "cs_dx_ces"),
        ("?gbs", "cs_dx_gbs"),
        ("weakness rle", LEG),
    ],
)
def test_an_abbreviation_of_one_meaning_is_read_in_any_case(text: str, concept: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("text", "concept"), [("out at sea", "cs_dx_sea"), ("40 mg", "cs_dx_mg")])
def test_an_abbreviation_of_several_meanings_is_not(text: str, concept: str) -> None:
    assert not counts(text, concept)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("INDICATION: r/o cord compression.\nFINDINGS: Mild degenerative change.", False),
        ("History: ? cord compression. Normal MRI.", False),
        ("Comparison: MRI 2019 showing cord compression. Findings: stable.", False),
        ("Exam requested to exclude cord compression. No compressive lesion.", False),
        ("Indication: leg weakness. Impression: cord compression at T6.", True),
        ("Clinical history: cancer. Cord compression at T6.", True),
        ("Findings: cord compression at T8. Comparison: none.", True),
        ("?cord compression", True),
    ],
)
def test_of_a_report_only_what_was_found_counts(text: str, seen: bool) -> None:
    found = reader().read(text, report=True).mentions
    compressed = "value_mri_spine_result_cord_compression"
    assert any(m.concept == compressed and m.stance in ("affirmed", "suspected") for m in found) == seen


def test_a_place_in_a_report_is_counted_in_the_whole_text() -> None:
    text = "Indication: pain. Findings: cord compression."
    mention = reader().read(text, report=True).mentions[0]
    assert text[mention.start : mention.end] == "cord compression"


@pytest.mark.parametrize(
    "suffix", ["(HCC)", "(Hcc)", "(CMS/HCC)", "(CMS-HCC)", "(HHS-HCC)", "[HHS/HCC]", "(RAF)"]
)
def test_a_suffix_of_a_coding_system_says_nothing_and_stands_in_no_ones_way(suffix: str) -> None:
    assert not reader().read(f"Essential hypertension {suffix}").mentions
    assert counts(f"Leg weakness {suffix}", LEG)
    assert not counts(f"Leg weakness {suffix}, resolved", LEG)
    assert not counts(f"Leg weakness {suffix} - ruled out", LEG)
    assert not counts(f"No leg weakness {suffix}", LEG)


def test_other_words_in_brackets_keep_their_meaning() -> None:
    assert not counts("Leg weakness (resolved)", LEG)
    assert counts("Congenital hip dysplasia (leg weakness)", LEG)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Non-traumatic rhabdomyolysis", "cs_dx_rhabdo"),
        ("non traumatic rhabdomyolysis", "cs_dx_rhabdo"),
        ("Nontraumatic rhabdomyolysis", "cs_dx_rhabdo"),
        ("Non-ischaemic stroke", "cs_dx_stroke"),
        ("Non-insulin dependent diabetes", "cs_diabetes"),
        ("Non-Hodgkin's disease", "cs_cancer"),
        ("Non-Hodgkin lymphoma", "cs_cancer"),
        ("Non-traumatic cauda equina syndrome", "cs_dx_ces"),
        ("Nontraumatic spinal epidural haematoma", "cs_dx_seh"),
        ("non-ambulatory", "cs_unable_to_walk"),
        ("Non weight bearing since the fall", "cs_unable_to_walk"),
    ],
)
def test_a_non_that_tells_of_what_kind_a_finding_is_does_not_deny_it(text: str, concept: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("No rhabdomyolysis", "cs_dx_rhabdo"),
        ("No traumatic rhabdomyolysis", "cs_dx_rhabdo"),
        ("non-diabetic", "cs_diabetes"),
        ("non-tender calf", "cs_myalgia"),
        ("non-febrile", "cs_fever"),
        ("non-malignant tumour", "cs_cancer"),
    ],
)
def test_a_non_before_the_finding_itself_denies_it(text: str, concept: str) -> None:
    assert not counts(text, concept)


@pytest.mark.parametrize("text", ["H/O: stroke", "H/O: CVA"])
def test_a_stroke_under_the_heading_of_history_is_an_old_one(text: str) -> None:
    assert not counts(text, "cs_dx_stroke")
    assert counts(text, "cs_dx_stroke_old")


def test_that_heading_leaves_a_complaint_that_lasts_as_it_is() -> None:
    assert counts("H/O: leg weakness since 3 days", LEG)
