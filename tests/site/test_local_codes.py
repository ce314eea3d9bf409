"""A code of the site counts wherever codes are read, as the site has said, and only adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cds_service.app import create_app
from cds_service.cli import main
from cds_service.settings import Settings
from tests.clinical.bedside import condition, instant, observation, patient, procedure, resource, weakness
from tests.site.hospital import (
    CONCEPT,
    FEATURE,
    SITE,
    Json,
    answer,
    assessed,
    coded,
    concept_map,
    element,
    group,
    red_flags,
    value_set,
    written,
)

LOINC = "http://loinc.org"
SCT = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
FORM = "https://forms.hospital.example/neuro"
LOW = {"value": 2.1, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}

MAP = concept_map(
    group(
        element("SADDLE", "saddle_sensory_loss"),
        element("POT", "potassium"),
        element("ICI", "rx_checkpoint_inhibitor"),
        element("LAM", "spinal_procedure"),
        element("MRIS", "mri_spine_result"),
        element("UBLD", "urine_blood"),
        element("URBC", "urine_without_red_cells"),
        target=FEATURE,
    ),
    group(
        element("J", "cs_q_present"),
        element("N", "cs_q_absent"),
        element("CAUDA", "value_mri_spine_result_cauda_equina_compression"),
        element("BETT", "stay_inpatient"),
    ),
    group(
        element("POS!", "POS"),
        element("NEG!", "NEG"),
        target="http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    ),
    group(element("q7", "saddle_sensory_loss"), source=FORM, target=FEATURE),
)


def _exam(**more: Any) -> Json:
    return observation("Bedside check", **more)


def _medicine(**concept: Any) -> Json:
    return resource(
        "MedicationRequest", authoredOn=instant("60 days"), status="active", intent="order", **concept
    )


def _form(*items: Json, questionnaire: str = FORM) -> Json:
    return resource(
        "QuestionnaireResponse",
        questionnaire=questionnaire,
        status="completed",
        authored=instant("1 hour"),
        item=list(items),
    )


def _mri(**more: Any) -> Json:
    return resource("DiagnosticReport", effectiveDateTime=instant("1 day"), status="final", **more)


BACK_PAIN = condition("Back pain")
PTOSIS = condition("Ptosis")
SORE = condition("Muscle pain")

ELEMENTS: dict[str, tuple[str, list[Json]]] = {
    "Condition.code": ("rf_ces", [condition() | {"code": coded("SADDLE")}]),
    "Condition.code, beside a code that says nothing": (
        "rf_ces",
        [condition() | {"code": {"coding": [{"system": SCT, "code": "1"}, *coded("SADDLE")["coding"]]}}],
    ),
    "Observation.code": ("rf_potassium_low", [_exam(valueQuantity=LOW) | {"code": coded("POT")}]),
    "Observation.code, yes": ("rf_ces", [_exam(valueBoolean=True) | {"code": coded("SADDLE")}]),
    "Observation.component.code": (
        "rf_potassium_low",
        [_exam(component=[{"code": coded("POT"), "valueQuantity": LOW}])],
    ),
    "Observation.component.valueCodeableConcept": (
        "rf_ces",
        [_exam(component=[{"code": {"text": "Finding"}, "valueCodeableConcept": coded("SADDLE")}])],
    ),
    "Observation.valueCodeableConcept": ("rf_ces", [_exam(valueCodeableConcept=coded("SADDLE"))]),
    "Observation.valueCodeableConcept, as an answer": (
        "rf_ces",
        [observation("Saddle numbness", valueCodeableConcept=coded("J"))],
    ),
    "Observation.interpretation": (
        "rf_rhabdo",
        [
            SORE,
            _exam(interpretation=[coded("POS!")]) | {"code": coded("UBLD")},
            _exam(interpretation=[coded("NEG!")]) | {"code": coded("URBC")},
        ],
    ),
    "DiagnosticReport.code and conclusionCode": (
        "rf_ces",
        [_mri(code=coded("MRIS"), conclusionCode=[coded("CAUDA")])],
    ),
    "MedicationRequest.medicationCodeableConcept": (
        "rf_ici",
        [PTOSIS, _medicine(medicationCodeableConcept=coded("ICI"))],
    ),
    "MedicationStatement.medicationCodeableConcept": (
        "rf_ici",
        [
            PTOSIS,
            resource(
                "MedicationStatement",
                status="active",
                effectiveDateTime=instant("20 days"),
                medicationCodeableConcept=coded("ICI"),
            ),
        ],
    ),
    "Medication.code, contained": (
        "rf_ici",
        [
            PTOSIS,
            _medicine(
                contained=[{"resourceType": "Medication", "id": "m", "code": coded("ICI")}],
                medicationReference={"reference": "#m"},
            ),
        ],
    ),
    "Medication.ingredient": (
        "rf_ici",
        [
            PTOSIS,
            _medicine(
                contained=[
                    {
                        "resourceType": "Medication",
                        "id": "m",
                        "ingredient": [{"itemCodeableConcept": coded("ICI")}],
                    }
                ],
                medicationReference={"reference": "#m"},
            ),
        ],
    ),
    "Procedure.code": (
        "rf_seh",
        [condition("Severe back pain", since="1 day"), procedure("x", at="3 days") | {"code": coded("LAM")}],
    ),
    "Encounter.reasonCode": (
        "rf_ces",
        [
            resource(
                "Encounter",
                status="in-progress",
                period={"start": instant("2 hours")},
                reasonCode=[coded("SADDLE")],
                **{"class": {"code": "EMER"}},
            )
        ],
    ),
    "QuestionnaireResponse.item.linkId": (
        "rf_ces",
        [_form({"linkId": "q7", "answer": [{"valueBoolean": True}]})],
    ),
    "QuestionnaireResponse.item.linkId, of a version": (
        "rf_ces",
        [_form({"linkId": "q7", "answer": [{"valueBoolean": True}]}, questionnaire=f"{FORM}|3.1")],
    ),
    "QuestionnaireResponse.item.answer.valueCoding": (
        "rf_ces",
        [
            _form(
                {"linkId": "1", "text": "Findings", "answer": [{"valueCoding": coded("SADDLE")["coding"][0]}]}
            )
        ],
    ),
}


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return written(tmp_path, MAP)


@pytest.mark.parametrize("place", ELEMENTS)
def test_a_code_of_the_site_raises_its_red_flag_wherever_it_stands(place: str, local: Path) -> None:
    rule, resources = ELEMENTS[place]
    record = patient(weakness(), *resources)
    assert rule not in red_flags(None, record)
    assert rule in red_flags(local, record)


def test_a_no_of_the_site_denies(local: Path) -> None:
    asked = observation("Saddle numbness", valueCodeableConcept=coded("N"))
    assert "rf_ces" not in red_flags(local, patient(weakness(), asked))


def test_a_question_of_another_form_is_another_question(local: Path) -> None:
    record = patient(
        weakness(), _form({"linkId": "q7", "answer": [{"valueBoolean": True}]}, questionnaire=f"{FORM}2")
    )
    assert "rf_ces" not in red_flags(local, record)


@pytest.mark.parametrize(
    ("code", "system"), [("saddle", SITE), ("SADDLE", f"{SITE}2"), ("SADDLE", ""), ("SADDLE", LOINC)]
)
def test_another_code_or_system_is_not_the_one_that_was_mapped(code: str, system: str, local: Path) -> None:
    record = patient(weakness(), condition() | {"code": coded(code, system=system)})
    assert "rf_ces" not in red_flags(local, record)


def test_a_further_name_of_the_sites_system_is_a_code_system_of_the_settings(local: Path) -> None:
    record = patient(weakness(), condition() | {"code": coded("SADDLE", system="urn:oid:1.2.3.4")})
    assert "rf_ces" not in red_flags(local, record)
    assert "rf_ces" in red_flags(local, record, code_systems={"urn:oid:1.2.3.4": SITE})


def test_a_map_may_name_its_system_as_the_settings_do(tmp_path: Path) -> None:
    files = written(
        tmp_path, concept_map(group(element("S", "saddle_sensory_loss"), source="ours", target=FEATURE))
    )
    record = patient(weakness(), condition() | {"code": coded("S", system="urn:oid:1.2.3.4")})
    assert "rf_ces" in red_flags(files, record, code_systems={"urn:oid:1.2.3.4": "ours"})


def test_a_standard_code_brings_its_side_and_its_conditions(tmp_path: Path) -> None:
    """G83.14: monoplegia of lower limb affecting left nondominant side."""
    icd = group(element("MONO-L", "G83.14"), target="http://hl7.org/fhir/sid/icd-10-cm")
    files = written(tmp_path, concept_map(icd))
    sudden = condition(since="3 hours") | {"code": coded("MONO-L")}
    by_icd = condition(since="3 hours") | {
        "code": coded("G83.14", system="http://hl7.org/fhir/sid/icd-10-cm")
    }
    assert red_flags(None, patient(sudden)) == {}
    assert red_flags(files, patient(sudden)) == red_flags(None, patient(by_icd)) != {}


def test_a_value_set_says_of_all_its_codes_the_same(tmp_path: Path) -> None:
    files = written(tmp_path, value_set((FEATURE, "saddle_sensory_loss"), ["S1", "S2"]))
    for code in ("S1", "S2"):
        assert "rf_ces" in red_flags(files, patient(weakness(), condition() | {"code": coded(code)}))
    assert "rf_ces" not in red_flags(files, patient(weakness(), condition() | {"code": coded("S3")}))


def test_an_expanded_value_set_counts_as_it_is_expanded(tmp_path: Path) -> None:
    contains = [
        {"system": SITE, "code": "S", "abstract": True, "contains": [{"system": SITE, "code": "S1"}]},
    ]
    files = written(
        tmp_path,
        value_set((CONCEPT, "cs_saddle_sensory"), ["S9"], expansion={"contains": contains}),
    )
    assert "rf_ces" in red_flags(files, patient(weakness(), condition() | {"code": coded("S1")}))
    for code in ("S", "S9"):
        assert "rf_ces" not in red_flags(files, patient(weakness(), condition() | {"code": coded(code)}))


# ---- how much a target counts


@pytest.mark.parametrize("equivalence", ["equal", "equivalent", "subsumes"])
def test_a_code_that_surely_is_its_target_counts_fully(equivalence: str, tmp_path: Path) -> None:
    files = written(
        tmp_path, concept_map(group(element("S", "saddle_sensory_loss", equivalence), target=FEATURE))
    )
    record = patient(weakness(), condition() | {"code": coded("S")})
    assert red_flags(files, record)["rf_ces"] == "critical"


@pytest.mark.parametrize("equivalence", ["wider", "relatedto", "inexact"])
def test_a_weak_hint_is_never_critical_alone(equivalence: str, tmp_path: Path) -> None:
    files = written(
        tmp_path, concept_map(group(element("S", "saddle_sensory_loss", equivalence), target=FEATURE))
    )
    record = patient(weakness(), condition() | {"code": coded("S")})
    assert red_flags(files, record).get("rf_ces") == "warning"
    assert "critical" not in {card["indicator"] for card in answer(files, record)["cards"]}


@pytest.mark.parametrize("equivalence", ["narrower", "specializes", "unmatched", "disjoint"])
def test_a_target_that_says_more_than_the_code_does_not_count(equivalence: str, tmp_path: Path) -> None:
    files = written(
        tmp_path, concept_map(group(element("S", "saddle_sensory_loss", equivalence), target=FEATURE))
    )
    record = patient(weakness(), condition() | {"code": coded("S")})
    assert "rf_ces" not in red_flags(files, record)


def test_a_map_only_adds_to_what_the_words_say(tmp_path: Path) -> None:
    """Mapped to less than its words say, to nothing, or to a hint: they still say it."""
    words = condition() | {"code": coded("S", "Saddle numbness")}
    record = patient(weakness(), words)
    assert red_flags(None, record)["rf_ces"] == "critical"
    for said in (
        element("S", "cs_leg_weakness"),
        element("S", "cs_saddle_sensory", "relatedto"),
        element("S", "cs_saddle_sensory", "disjoint"),
    ):
        assert red_flags(written(tmp_path, concept_map(group(said))), record)["rf_ces"] == "critical"


def test_a_code_may_mean_several_things_together(tmp_path: Path) -> None:
    both = {
        "code": "BS",
        "target": [
            {"code": "cs_saddle_sensory", "equivalence": "subsumes"},
            {"code": "cs_urinary_retention", "equivalence": "subsumes"},
        ],
    }
    files = written(tmp_path, concept_map(group(both)))
    flags = assessed(files, patient(weakness(), condition() | {"code": coded("BS")}))["redFlags"]
    assert {flag["id"] for flag in flags} >= {"rf_ces"}


# ---- which map was in force


def test_the_answer_names_the_map_that_was_in_force(local: Path, tmp_path: Path) -> None:
    record = patient(weakness())
    without, with_map = assessed(None, record)["content"], assessed(local, record)["content"]
    assert without.keys() == {"version", "digest"}
    assert with_map["version"] == without["version"]
    assert with_map["localCodes"].startswith("sha256:")
    assert with_map["digest"] != without["digest"]
    other = tmp_path / "other"
    other.mkdir()
    changed = assessed(written(other, MAP | {"version": "1.3"}), record)["content"]
    assert changed["localCodes"] != with_map["localCodes"]
    assert changed["digest"] not in {with_map["digest"], without["digest"]}


def test_everything_that_names_the_content_names_the_map_as_cards_do(local: Path, tmp_path: Path) -> None:
    on_card = assessed(local, patient(weakness()))["content"]
    service = create_app(Settings(local_codes=(local,), database_url="none")).test_client()
    assert service.get("/healthz").get_json()["content"] == on_card
    (offered,) = service.get("/cds-services").get_json()["services"]
    assert offered["extension"]["org.leg-weakness-cds.content"] == on_card
    stated = service.get("/transparency.json").get_json()["content"]
    assert on_card.items() <= stated.items()
    assert on_card["localCodes"] in service.get("/transparency").text
    file = tmp_path / "service.toml"
    file.write_text(f'local_codes = "{local}"\ndatabase_url = "none"\n')
    for command in (["register", "generic"], ["config", "check"]):
        told = CliRunner().invoke(main, [*command, "--config", str(file)]).stdout
        assert all(each in told for each in on_card.values()), command
    told = CliRunner().invoke(main, ["register", "generic", "--config", str(file), "--json"]).stdout
    assert json.loads(told)["content"] == on_card


def test_the_same_files_elsewhere_are_the_same_map(local: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    record = patient(weakness())
    assert assessed(written(other, MAP), record)["content"] == assessed(local, record)["content"]
