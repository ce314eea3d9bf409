"""Code systems by every name under which records send them, and codes as they write them."""

from __future__ import annotations

import pytest

from tests.clinical.evidence_charts import condition, findings, stances


def coded(system: str, code: str) -> dict[str, object]:
    return condition({"coding": [{"system": system, "code": code}]})


SNOMED = [
    *(
        "http://snomed.info/sct",
        "https://snomed.info/sct/",
        "HTTP://SNOMED.INFO/SCT",
        "SNOMED CT",
        "SNOMED-CT",
    ),
    *("http://snomed.info/sct/900000000000207008", "http://snomed.info/sct/731000124108/version/20230901"),
    *(
        "http://snomed.info/sct|20230901",
        "http://snomed.info/sct?fhir_vs",
        "http://snomed.info/sct/version/20200131",
    ),
    *("urn:oid:2.16.840.1.113883.6.96", "2.16.840.1.113883.6.96", "SNOMEDCT_US", "http://www.snomed.org/"),
]
ICD10CM = [
    *("http://hl7.org/fhir/sid/icd-10-cm", "https://hl7.org/fhir/sid/icd-10-cm/", "ICD-10 CM", "icd10cm"),
    *("http://hl7.org/fhir/sid/icd-10-cm|2024", "urn:oid:2.16.840.1.113883.6.90", "2.16.840.1.113883.6.90"),
    "http://terminology.hl7.org/CodeSystem/icd10CM",
]
ICD10 = [
    *(
        f"http://hl7.org/fhir/sid/icd-10{part}"
        for part in ("", "-am", "-uk", "-ca", "-nl", "-se", "-gm", "-fr")
    ),
    *("urn:oid:2.16.840.1.113883.6.3", "urn:oid:2.16.840.1.113883.6.135", "ICD-10-AM", "ICD10", "ICD-10"),
    *("http://id.who.int/icd/release/10", "http://terminology.hl7.org/CodeSystem/icd10"),
]


@pytest.mark.parametrize(
    ("system", "code"),
    [
        *((system, "40956001") for system in SNOMED),
        *((system, "G61.0") for system in (*ICD10CM, *ICD10)),
        *((ICD10CM[0], code) for code in ("g61.0", "G610", " G61.0 ", "G 61.0", "G61,0", "G61.0+", "G61.0*")),
        (SNOMED[0], "http://snomed.info/id/40956001"),
        (SNOMED[0], "40956001 |Guillain-Barré syndrome|"),
    ],
)
def test_a_diagnosis_is_known_under_every_name_of_its_system(system: str, code: str) -> None:
    assert "cs_dx_gbs" in stances(coded(system, code))


@pytest.mark.parametrize(
    "system",
    [
        *(
            "http://hl7.org/fhir/sid/icd-9-cm",
            "https://hl7.org/fhir/sid/icd-9-cm",
            "ICD-9-CM",
            "ICD-9",
            "I9CDX",
        ),
        *(
            "http://hl7.org/fhir/sid/icd-9",
            "http://terminology.hl7.org/CodeSystem/icd9",
            "urn:oid:2.16.840.1.113883.6.103",
        ),
    ],
)
@pytest.mark.parametrize("code", ["344.30", "34430", "344,30"])
def test_a_code_of_icd_9_is_known_with_and_without_its_dot(system: str, code: str) -> None:
    assert "cs_leg_weakness" in stances(coded(system, code))


@pytest.mark.parametrize(
    "system",
    [
        "http://hl7.org/fhir/sid/icd-10-pcs",
        "http://www.icd10data.com/icd10pcs",
        "urn:iso:std:iso:11073",
        "local",
    ],
)
def test_a_system_of_procedures_or_of_devices_is_no_diagnosis(system: str) -> None:
    assert findings(coded(system, "G61.0")) == ()


def test_a_refinement_adds_a_place_and_never_a_finding() -> None:
    """An expression that finds nothing in a leg: its focus is not known, whatever it is about."""
    expression = "373573001 |Clinical finding absent|:246090004=102568007"
    assert findings(coded(SNOMED[0], expression)) == ()


@pytest.mark.parametrize("display", [None, "Thoracic or lumbosacral neuritis or radiculitis, unspecified"])
def test_another_site_beside_the_low_back_does_not_void_a_code(display: str | None) -> None:
    coding = {"system": "http://hl7.org/fhir/sid/icd-9-cm", "code": "724.4", "display": display}
    assert "cs_radicular_pain" in stances(condition({"coding": [coding]}))
