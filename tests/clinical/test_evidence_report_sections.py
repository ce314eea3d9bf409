"""A report that repeats why it was asked for: the question is not the answer."""

from __future__ import annotations

import pytest

from tests.clinical.bedside import patient, red_flags, report, weakness

WEAK_LEGS = weakness(of="both legs", since="6 days")


def flags(conclusion: str, study: str = "MRI whole spine") -> dict[str, str]:
    return red_flags(patient(WEAK_LEGS, report(study, conclusion)))


@pytest.mark.parametrize(
    "conclusion",
    [
        "Indication: rule out cauda equina compression. Conclusion: normal study.",
        "Clinical indication: ?cauda equina compression. Findings: Normal alignment.",
        "INDICATION: Suspected cauda equina compression\nFINDINGS: Normal.\nIMPRESSION: Degenerative change.",
        "Clinical details: possible cauda equina compression. Report: degenerative discs.",
        "History: ?cord compression. Mild disc bulge.",
        "Reason for exam: cauda equina compression?\nImpression: Minor bulge.",
        "Clinical question: epidural abscess. Answer: no.",
        "Clinical history: back pain for a week, weak legs. ?epidural abscess. Findings: Normal.",
        "REASON FOR STUDY: query cord\ncompression at T7\n\nFINDINGS: unremarkable",
        "Clinical information (from request): known cancer, cord compression? Result: no metastasis.",
        "Request: exclude epidural abscess. Report: normal",
    ],
)
def test_why_a_report_was_asked_for_is_not_what_it_found(conclusion: str) -> None:
    assert flags(conclusion) == {}


@pytest.mark.parametrize(
    ("conclusion", "flag"),
    [
        ("Indication: rule out cauda equina compression. Findings: cord compression at T7.", "rf_cord"),
        (
            "Clinical history: weak legs. There is spinal cord compression at T7. Conclusion: as above.",
            "rf_cord",
        ),
        ("History: back pain.\nEpidural abscess from L2 to L4.", "rf_sea"),
        ("INDICATION: ?CES\n\nIMPRESSION:\nSevere cauda equina compression at L4/5", "rf_ces"),
        ("Comparison: none. Level L4/5: cauda equina compression. Level T7: normal.", "rf_ces"),
        ("In order of severity: cord compression at T7, disc bulge at L4.", "rf_cord"),
        ("Comparison with prior: new cord compression at T7.", "rf_cord"),
        ("Technique: T1 and T2. Findings: possible cord compression at T7.", "rf_cord"),
        ("Suspected epidural abscess. Clinical correlation advised.", "rf_sea"),
        ("Conclusion: cord compression at T7. Indication: weak legs.", "rf_cord"),
    ],
)
def test_what_a_report_found_counts_beside_why_it_was_asked_for(conclusion: str, flag: str) -> None:
    assert flags(conclusion) == {flag: "critical"}


def test_a_brain_scan_for_a_suspected_stroke_that_finds_none_is_no_stroke() -> None:
    asked = "Indication: acute infarct? Findings: old lacunes. No acute change."
    assert flags(asked, study="CT head") == {}
