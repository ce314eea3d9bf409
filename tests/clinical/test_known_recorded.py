"""A recorded diagnosis lowers its critical flag to a warning; a code that nobody confirmed does not."""

from __future__ import annotations

from dataclasses import replace

from cards.assessment import find_red_flags
from cards.findings import Chart
from tests.clinical.bedside import PATIENT, exam, now, on_problem_list, patient, weakness
from tests.clinical.evidence_charts import KNOWLEDGE, read

RECORD = patient(
    weakness(since="6 days"),
    exam("Ascending weakness", at="6 days"),
    exam("Absent ankle jerks", at="6 days"),
    on_problem_list("Guillain-Barré syndrome", code="icd10cm G61.0", since="5 days"),
)
FLAG = "rf_gbs"


def level(chart: Chart) -> str | None:
    flags = find_red_flags(chart, KNOWLEDGE, now()).red_flags
    return next((flag.indicator for flag in flags if flag.rule.id == FLAG), None)


def test_a_recorded_diagnosis_lowers_its_flag() -> None:
    assert level(read(*RECORD, patient=PATIENT, as_of=now())) == "warning"


def test_a_diagnosis_by_a_code_that_nobody_confirmed_lowers_nothing() -> None:
    chart = read(*RECORD, patient=PATIENT, as_of=now())
    code = KNOWLEDGE.causes["gbs"].known_codes
    unconfirmed = tuple(
        replace(each, hits=tuple(replace(hit, confirmed=hit.concept != code) for hit in each.hits))
        for each in chart.findings
    )
    assert unconfirmed != chart.findings
    assert level(replace(chart, findings=unconfirmed)) == "critical"
