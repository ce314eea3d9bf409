"""Abbreviations are written as people and systems like: "Mri Lumbar Spine", "ct head", "Crp", "ck total".

Only those that mean one thing in any case: "mg" is a unit, "ms" is how a letter begins, "le" and "als" are
words, and "nos" ends the names of a classification.
"""

from __future__ import annotations

import pytest

from tests.clinical.bedside import (
    Resource,
    causes,
    condition,
    measured,
    on_problem_list,
    patient,
    red_flags,
    report,
    weakness,
)
from tests.clinical.worked_examples.records import charted, lab, printed

WEAK_LEGS = weakness(of="both legs", since="6 days")
COMPRESSION = "Spinal cord compression at T7"
OLD_ALS = on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="2 years")


@pytest.mark.parametrize(
    ("record", "flag"),
    [
        ((WEAK_LEGS, report("Mri Thoracic Spine Wo Contrast", COMPRESSION)), "rf_cord"),
        ((WEAK_LEGS, report("mri whole spine", COMPRESSION)), "rf_cord"),
        ((WEAK_LEGS, report("Ct Thoracic Spine", COMPRESSION)), "rf_cord"),
        ((WEAK_LEGS, report("Ct Head", "Acute infarct in the left ACA territory")), "rf_stroke"),
        ((WEAK_LEGS, lab("Ck, Total", 60000, "U/L")), "rf_rhabdo"),
        ((WEAK_LEGS, lab("ck", 60000, "U/L"), condition("Dark urine", since="1 day")), "rf_rhabdo"),
        ((OLD_ALS, WEAK_LEGS, printed("Fvc % predicted", "45 %")), "rf_nm_respiratory"),
        ((weakness(of="left leg", since="1 day"), condition("tia", since="20 hours")), "rf_tia"),
        ((weakness(of="left leg", since="2 hours"), charted("Nihss", "7")), "rf_stroke"),
    ],
)
def test_an_abbreviation_of_one_meaning_is_read_in_any_case(record: tuple[Resource, ...], flag: str) -> None:
    assert flag in red_flags(patient(*record))


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("RRMS", "multiple_sclerosis"),
        ("MS (relapsing remitting)", "multiple_sclerosis"),
        ("MS", None),
        ("Ms Hill seen with leg weakness", None),
        ("ALS", "als"),
        ("als ob nichts", None),
    ],
)
def test_an_abbreviation_that_is_also_a_word_is_read_in_capitals_only(words: str, known: str | None) -> None:
    record = patient(weakness(since="20 days"), condition(words, since="3 years"))
    named = [cause for cause in causes(record) if cause in ("multiple_sclerosis", "als")]
    assert named == ([known] if known else [])


def test_a_measure_with_a_title_case_name_is_not_lost() -> None:
    record = patient(
        weakness(since="3 days"),
        condition("Low back pain", since="5 days"),
        on_problem_list("Type 2 diabetes", code="icd10cm E11.9", since="9 years"),
        measured("Crp", 45, "mg/L"),
    )
    assert "rf_sea" in red_flags(record)
