"""What a report concludes: in words, by code, or in the observations that it refers to as its results."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Stance
from tests.clinical.bedside import coded, condition, instant, red_flags, resource, weakness
from tests.clinical.bedside import observation as seen
from tests.clinical.bedside import patient as record_of
from tests.clinical.evidence_charts import ICD10CM, ME, SCT, finding, named, stances, text

SPINE, BRAIN = "value_mri_spine_result", "value_brain_imaging_result"


def report(study: str, **members: Any) -> dict[str, Any]:
    made = {"resourceType": "DiagnosticReport", "id": "d1", "status": "final", "subject": ME}
    return made | {"code": text(study)} | members


def code(system: str, value: str, **more: Any) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": value}]} | more


def values(*resources: dict[str, Any]) -> dict[str, Stance]:
    said = stances(*resources)
    return {name.removeprefix("value_"): said[name] for name in said if name.startswith("value_")}


@pytest.mark.parametrize(
    ("study", "conclusion", "value"),
    [
        ("MRI lumbar spine", code(ICD10CM, "G83.4"), "mri_spine_result_cauda_equina_compression"),
        ("MRI lumbar spine", text("Cauda equina syndrome"), "mri_spine_result_cauda_equina_compression"),
        ("MRI thoracic spine", code(ICD10CM, "G06.1"), "mri_spine_result_epidural_collection"),
        ("CT head", code(SCT, "432504007"), "brain_imaging_result_acute_infarct"),
        ("CT head", code(ICD10CM, "I63.9"), "brain_imaging_result_acute_infarct"),
        ("CT head", code(ICD10CM, "I61.0"), "brain_imaging_result_haemorrhage"),
        ("CT head", code(SCT, "274100004"), "brain_imaging_result_haemorrhage"),
    ],
)
def test_a_diagnosis_as_conclusion_is_the_result(study: str, conclusion: dict[str, Any], value: str) -> None:
    assert values(report(study, conclusionCode=[conclusion])) == {value: Stance.AFFIRMED}


def test_a_diagnosis_is_the_result_of_a_report_of_its_kind_only() -> None:
    assert values(report("CT head", conclusionCode=[code(ICD10CM, "G83.4")])) == {}
    assert values(report("Chest X-ray", conclusionCode=[code(SCT, "432504007")])) == {}


@pytest.mark.parametrize("study", ["Full blood count", "Urinalysis", "ECG", "Chest X-ray"])
@pytest.mark.parametrize("conclusion", ["Normal study.", "Within normal limits", "No abnormality."])
def test_a_normal_conclusion_of_another_examination_is_no_normal_study_of_nerves_or_spine(
    study: str, conclusion: str
) -> None:
    assert stances(report(study, conclusion=conclusion)) == {}


@pytest.mark.parametrize(
    ("study", "value"),
    [
        ("Nerve conduction study", "emg_ncs_result_normal"),
        ("MRI lumbar spine", "mri_spine_result_normal"),
        ("CT head", "brain_imaging_result_no_acute_change"),
    ],
)
def test_words_of_a_conclusion_mean_a_result_of_that_examination_only(study: str, value: str) -> None:
    assert values(report(study, conclusion="Normal study.")) == {value: Stance.AFFIRMED}
    assert values(named(study, "Normal study.")) == {value: Stance.AFFIRMED}


def test_a_report_on_two_regions_has_a_result_of_each() -> None:
    both = values(report("MRI brain and MRI lumbar spine", conclusion="Normal study."))
    assert both.keys() == {"mri_spine_result_normal", "brain_imaging_result_no_acute_change"}


def test_a_diagnosis_that_was_ruled_out_is_no_result() -> None:
    ruled_out = code(ICD10CM, "G83.4", text="Cauda equina syndrome ruled out")
    assert values(report("MRI lumbar spine", conclusionCode=[ruled_out])) == {
        "mri_spine_result_cauda_equina_compression": Stance.DENIED
    }


def test_a_coded_conclusion_is_shown_beside_the_study() -> None:
    bleed = code(ICD10CM, "I61.0", text="Deep hemispheric haemorrhage")
    assert finding(report("CT head", conclusionCode=[bleed])).label == "CT head: Deep hemispheric haemorrhage"


def linked(*results: dict[str, Any], study: str = "MRI lumbar spine", **members: Any) -> dict[str, Stance]:
    """The values of a report that refers to observations beside it in the chart."""
    held = [one | {"id": f"result-{number}"} for number, one in enumerate(results)]
    references = [{"reference": f"Observation/{one['id']}"} for one in held]
    return values(*held, report(study, result=references, **members))


def test_the_results_that_a_report_refers_to_are_its_conclusion() -> None:
    assert linked(named("Impression", "Cauda equina compression at L4/5")) == {
        "mri_spine_result_cauda_equina_compression": Stance.AFFIRMED
    }
    assert linked(named("Impression", "No cauda equina compression")) in (
        {"mri_spine_result_cauda_equina_compression": Stance.DENIED},
        {
            "mri_spine_result_cauda_equina_compression": Stance.DENIED,
            "mri_spine_result_normal": Stance.AFFIRMED,
        },
    )


def test_a_result_inside_the_report_counts_too() -> None:
    inside = named("Findings", "Spinal cord compression at T8") | {"id": "in"}
    held = report("MRI thoracic spine", contained=[inside], result=[{"reference": "#in"}])
    assert values(held) == {"mri_spine_result_cord_compression": Stance.AFFIRMED}


@pytest.mark.parametrize("name", ["Indication", "Reason for study", "Clinical history", "Technique"])
def test_why_a_report_was_asked_for_is_no_result(name: str) -> None:
    assert linked(named(name, "Rule out cauda equina compression")) == {}


def test_results_of_other_people_and_those_never_made_do_not_count() -> None:
    other = {"reference": "Patient/somebody-else"}
    assert linked(named("Impression", "Cord compression", subject=other)) == {}
    assert linked(named("Impression", "Cord compression", status="entered-in-error")) == {}
    assert values(report("MRI spine", result=[{"reference": "Observation/missing"}])) == {}


def test_results_of_a_laboratory_report_are_read_by_themselves() -> None:
    assert linked(named("Comment", "Cauda equina compression"), study="Full blood count") == {}


@pytest.mark.parametrize(
    ("study", "conclusion", "value"),
    [
        ("MRI lumbar spine", "Cauda equina compressed", "mri_spine_result_cauda_equina_compression"),
        (
            "MRI lumbar spine",
            "Severe cauda equina nerve root compression",
            "mri_spine_result_cauda_equina_compression",
        ),
        (
            "MRI lumbar spine",
            "Disc extrusion compressing the thecal sac and cauda equina",
            "mri_spine_result_cauda_equina_compression",
        ),
        (
            "Magnetic resonance imaging of lumbar spine",
            "Cauda equina compression",
            "mri_spine_result_cauda_equina_compression",
        ),
        ("CT thoracic spine", "Compression of the cord at T8", "mri_spine_result_cord_compression"),
        ("Computed tomography of brain", "Acute on chronic subdural", "brain_imaging_result_haemorrhage"),
        ("CT head", "Basal ganglia bleed", "brain_imaging_result_haemorrhage"),
        ("CT head", "Intracerebral haematoma", "brain_imaging_result_haemorrhage"),
        ("CT head", "Acute right MCA stroke", "brain_imaging_result_acute_infarct"),
    ],
)
def test_the_words_of_a_conclusion(study: str, conclusion: str, value: str) -> None:
    assert values(report(study, conclusion=conclusion)).get(value) is Stance.AFFIRMED


@pytest.mark.parametrize(
    ("study", "conclusion"),
    [
        ("MRI lumbar spine", "Mild compression of the thecal sac"),
        ("MRI lumbar spine", "Cauda equina not compressed"),
        ("CT head", "No bleed. No acute stroke"),
        ("CT head", "Old right MCA infarct, no acute infarct"),
        ("CT head", "No acute or chronic subdural"),
    ],
)
def test_a_conclusion_that_says_no(study: str, conclusion: str) -> None:
    serious = ("cauda_equina_compression", "haemorrhage", "acute_infarct")
    said = values(report(study, conclusion=conclusion))
    assert not [v for v, stance in said.items() if v.endswith(serious) and stance is not Stance.DENIED]


def test_weak_legs_with_a_coded_cauda_equina_on_the_scan_are_flagged() -> None:
    scan = resource(
        "DiagnosticReport",
        status="final",
        code={"text": "MRI lumbar spine"},
        effectiveDateTime=instant("2 hours"),
        conclusionCode=[coded("icd10cm G83.4", None)],
    )
    back = condition("Low back pain", since="6 days")
    assert red_flags(record_of(weakness(), back, scan)).get("rf_ces") == "critical"


def test_weak_legs_with_a_compressed_cauda_equina_in_a_linked_result_are_flagged() -> None:
    impression = seen("Impression", valueString="Cauda equina compression at L4/5")
    scan = resource(
        "DiagnosticReport",
        status="final",
        code={"text": "MRI lumbar spine"},
        effectiveDateTime=instant("2 hours"),
        result=[{"reference": f"Observation/{impression['id']}"}],
    )
    back = condition("Low back pain", since="6 days")
    assert red_flags(record_of(weakness(), back, impression, scan)).get("rf_ces") == "critical"
    assert "rf_ces" not in red_flags(record_of(weakness(), back, impression))
