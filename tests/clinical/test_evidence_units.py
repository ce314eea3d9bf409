"""Numbers and units as laboratories and wards write them: read where they are certain, named where not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cards.conditions import condition
from cards.features import read_features
from tests.clinical.evidence_charts import KNOWLEDGE, LOINC, NOW, observation, read, text

AN_HOUR_AGO = (NOW - timedelta(hours=1)).isoformat()


def measured(name: str, feature: str, **value: Any) -> tuple[float | None, tuple[str, ...]]:
    """The value of a feature in its unit, and why a value was not used. `name`: a LOINC code or words."""
    code = {"coding": [{"system": LOINC, "code": name}]} if name[-1:].isdigit() else text(name)
    chart = read(observation(code, effectiveDateTime=AN_HOUR_AGO, **value))
    features = read_features(chart, KNOWLEDGE, NOW)
    facts, refused = features.facts, features.refused
    found = facts.get(feature).value
    why = (*(each.why for each in chart.unread), *(each.unread.why for each in refused))
    return (found if isinstance(found, float) else None), why


def quantity(value: float, unit: str | None) -> dict[str, Any]:
    return {"valueQuantity": {"value": value} | ({"unit": unit} if unit is not None else {})}


K, CK, WBC, SPO2, FVC = "2823-3", "2157-6", "6690-2", "59408-5", "19868-9"
SAME = [
    (K, "potassium", 2.3, "mmol/L MMOL/L Mmol/l mEq/L MEQ/L mval/L mmol/litre mmol/l{plasma}"),
    (CK, "ck", 12000, "U/L IU/L u/l [iU]/L UI/L IE/L Units/L Unit/L IntlUnit/L"),
    ("2160-0", "creatinine", 132, "umol/L µmol/L μmol/L mcmol/L micromol/L"),
    ("30341-2", "esr", 80, "mm/h mm/hr mm/1hr mm/1h mm/hour mm"),
    ("1988-5", "crp", 200, "mg/L MG/L ug/mL mcg/mL"),
    (WBC, "wbc", 18, "10*9/L 10^9/L x10^9/L x10*9/L 10e9/L x10(9)/L ×10⁹/L 10⁹/L Giga/L"),
    (WBC, "wbc", 18, "10*3/uL K/uL K/µL x10E3/uL x10(3)/mcL 10³/µL THOU/mm3 K/cumm 10x3/uL thousand/uL"),
    ("3016-3", "tsh", 20, "mIU/L uIU/mL µIU/mL μIU/mL mcIU/mL mcunit/mL uIntlUnit/mL milliunits/L m[iU]/L"),
    ("806-0", "csf_wbc", 80, "/uL cells/uL cells/mm3 /cumm WBC/uL #/uL 10*6/L x10^6/L"),
    ("9279-1", "resp_rate", 30, "/min 1/min min-1 bpm rpm br/min breaths/min breaths/minute {Breaths}/min"),
    (SPO2, "spo2", 85, "% percent %{saturation}"),
    ("4548-4", "hba1c", 10, "% %{HbA1c} percent"),
    ("Timed up and go", "tug_seconds", 15, "s sec secs seconds Seconds"),
    ("Post void residual", "pvr_ml", 450, "mL ml ML cc CC mls millilitres milliliter cm3"),
    (FVC, "fvc_pct", 40, "% %pred %predicted"),
    (FVC, "fvc_ml_kg", 12, "mL/kg ml/kg cc/kg"),
    ("NIF", "nif_cmh2o", 15, "cm[H2O] cmH2O cmH20 cm_H2O cmH₂O CMH2O"),
    ("8310-5", "body_temperature", 39, "Cel degC °C ºC ℃ C"),
]
IN_WORDS = [
    (K, "potassium", 2.3, ("mmol per L", "mmol L-1", "mmol·L-1", "millimoles per liter")),
    ("30341-2", "esr", 80, ("mm in 1hr", "mm/ 1 hr")),
    (WBC, "wbc", 18, ("x 10^9/L", "x10 9/L", "10 9/L")),
    ("9279-1", "resp_rate", 30, ("breaths per min", "Breaths Per Minute", "per min")),
    (FVC, "fvc_pct", 40, ("% predicted", "% pred", "% of predicted")),
    (FVC, "fvc_ml_kg", 12, ("ml/kg IBW",)),
    ("NIF", "nif_cmh2o", 15, ("cm H2O", "cm H20", "cm of H2O", "cm water")),
    ("8310-5", "body_temperature", 39, ("deg C", "Deg. C", "degrees C", "degree Celsius")),
    ("4548-4", "hba1c", 10, ("% of total Hgb", "% HbA1c")),
]
EACH_UNIT = [(n, f, v, unit) for n, f, v, units in SAME for unit in units.split()]
EACH_UNIT += [(n, f, v, unit) for n, f, v, units in IN_WORDS for unit in units]


@pytest.mark.parametrize(("name", "feature", "value", "unit"), EACH_UNIT)
def test_a_unit_is_the_same_however_it_is_spelt(name: str, feature: str, value: float, unit: str) -> None:
    assert measured(name, feature, **quantity(value, unit)) == (value, ())


@pytest.mark.parametrize(
    ("name", "feature", "value", "unit", "expected"),
    [
        (CK, "ck", 200, "µkat/L", 12000),
        (CK, "ck", 200, "mckat/L", 12000),
        ("2160-0", "creatinine", 0.132, "mmol/L", 132),
        ("2345-7", "glucose", 40, "mg%", 2.22),
        ("806-0", "csf_wbc", 0.08, "10*9/L", 80),
        ("1994-3", "calcium_ionised", 1.6, "mEq/L", 0.8),
        ("8310-5", "body_temperature", 102.2, "degrees F", 39),
        ("29463-7", "body_weight", 154, "pounds", 69.85),
        ("Post void residual", "pvr_ml", 0.45, "L", 450),
    ],
)
def test_another_unit_is_converted(name: str, feature: str, value: float, unit: str, expected: float) -> None:
    found, _ = measured(name, feature, **quantity(value, unit))
    assert found == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "feature", "value", "unit"),
    [
        (CK, "ck", 12000, None),  # nkat/L would be as plausible
        ("17861-6", "calcium_total", 9.1, None),
        ("NIF", "nif_cmh2o", -15, None),
        (K, "potassium", 9.0, "mg/dL"),
        ("3016-3", "tsh", 20, "mIU/mL"),
        (SPO2, "spo2", 0.85, None),
        (K, "potassium", 23, "mmol/L"),
    ],
)
def test_a_doubtful_value_is_named_and_not_used(
    name: str, feature: str, value: float, unit: str | None
) -> None:
    found, why = measured(name, feature, **quantity(value, unit))
    assert found is None
    assert why


def test_a_residual_volume_without_a_unit_can_only_be_millilitres() -> None:
    assert measured("Post void residual", "pvr_ml", **quantity(450, None)) == (450, ())


def test_the_unit_may_stand_in_the_reference_range_only() -> None:
    range_ = [{"low": {"value": 30, "unit": "U/L"}, "high": {"value": 200, "unit": "U/L"}}]
    assert measured(CK, "ck", **quantity(12000, None), referenceRange=range_) == (12000, ())


def test_a_code_that_is_no_unit_gives_way_to_the_unit_in_words() -> None:
    value = {"value": 2.3, "unit": "mmol/L", "code": "258813002"}
    assert measured(K, "potassium", valueQuantity=value) == (2.3, ())


def test_the_code_of_a_percentage_needs_no_unit() -> None:
    assert measured("19872-1", "fvc_pct", **quantity(40, None)) == (40, ())
    assert measured("FVC %", "fvc_pct", **quantity(40, None)) == (40, ())


@pytest.mark.parametrize("name", ["FVC pred", "FVC predicted", "FVC LLN", "FVC expected", "Expected FVC"])
def test_the_volume_that_was_to_be_expected_is_none_of_the_patient(name: str) -> None:
    assert measured(name, "fvc_l", **quantity(4.0, "L")) == (None, ())


@pytest.mark.parametrize(
    "written",
    [
        *(
            "2.3",
            " 2.30 ",
            "2,3",
            "2·3",
            "= 2.3 mmol/L",
            "~2.3",
            "* 2.3",
            "2.3*",
            "2.3 !",
            "2.3 L",
            "LL 2.3 mmol/L",
        ),
        *(
            "Result: 2.3 mmol/L",
            "2.3 [3.5-5.1]",
            "2.3 mmol/L (3.5 - 5.1)",
            "2.3 mmol/L Critical low",
            "K 2.3",
        ),
        *("2.3 mmol/L, phoned to ward", "2.3 mmol/L - critical", "2.3 mmol/L repeat sample advised"),
    ],
)
def test_a_result_in_words_gives_its_number(written: str) -> None:
    assert measured(K, "potassium", valueString=written) == (2.3, ())


@pytest.mark.parametrize(
    ("name", "feature", "written", "expected"),
    [
        ("Post void residual", "pvr_ml", "450 cc", 450),
        ("Post void residual", "pvr_ml", "approx 450mls", 450),
        ("Post void residual", "pvr_ml", "450 mL on bladder scan", 450),
        ("Post void residual", "pvr_ml", "1,200 mL", 1200),
        ("Post void residual", "pvr_ml", "1 200 mL", 1200),
        ("Post void residual", "pvr_ml", "1'200 mL", 1200),
        (SPO2, "spo2", "SpO2 85% on 2 L NC", 85),
        (SPO2, "spo2", "85% RA", 85),
        (FVC, "fvc_l", "0.9L (40% predicted)", 0.9),
        (FVC, "fvc_pct", "40 % of predicted", 40),
        (FVC, "fvc_l", "0.9 L (predicted 3.9 L)", 0.9),
        (FVC, "fvc_l", "0.9 L, pred: 3.9 L", 0.9),
        (FVC, "fvc_pct", "48 % predicted", 48),
        (K, "potassium", "2.3 mmol/L, normal 3.5", 2.3),
        ("NIF", "nif_cmh2o", "- 15 cm H2O", 15),
        (CK, "ck", "12 000 U/L", 12000),
        (CK, "ck", "> 40,000 U/L", 40000),
        (CK, "ck", "greater than 40000 U/L", 40000),
    ],
)
def test_a_measurement_in_a_sentence_is_read(name: str, feature: str, written: str, expected: float) -> None:
    assert measured(name, feature, valueString=written) == (expected, ())


@pytest.mark.parametrize(
    ("name", "feature", "written"),
    [
        (K, "potassium", "2.2 or 3.2"),
        (K, "potassium", "2.2-3.2 mmol/L"),
        (K, "potassium", "was 2.3 mmol/L"),
        (K, "potassium", "target 4.5 mmol/L"),
        ("Post void residual", "pvr_ml", "450 mL voided, 20 mL residual"),
        ("Post void residual", "pvr_ml", "400 - 500 ml"),
        (SPO2, "spo2", "target 88-92%"),
        (FVC, "fvc_l", "predicted 3.9 L"),
        (FVC, "fvc_l", "0.9 L, then 3.9 L"),
    ],
)
def test_a_sentence_with_several_numbers_is_named_and_not_guessed(
    name: str, feature: str, written: str
) -> None:
    assert measured(name, feature, valueString=written) == (None, ("value not understood",))


@pytest.mark.parametrize(
    ("written", "low"),
    [("<2.5", True), ("less than 2.5 mmol/L", True), ("below 2.5", True), ("<3.0", False), (">2.0", False)],
)
def test_a_comparison_counts_only_where_it_is_certain(written: str, low: bool) -> None:
    chart = read(
        observation(
            {"coding": [{"system": LOINC, "code": K}]}, effectiveDateTime=AN_HOUR_AGO, valueString=written
        )
    )
    facts = read_features(chart, KNOWLEDGE, NOW).facts
    assert (facts.met(condition("potassium < 2.5")) is not None) is low


@pytest.mark.parametrize(
    "name", ["K", "K+", "POC K", "K, POC", "K (mmol/L)", "S-K", "VBG K+", "Potassium (POC)", "Potassium Lvl"]
)
def test_a_short_name_of_a_laboratory_is_known(name: str) -> None:
    assert measured(name, "potassium", **quantity(2.1, "mmol/L")) == (2.1, ())


@pytest.mark.parametrize("name", ["Potassium target", "Potassium intake", "Vitamin K", "Urine potassium"])
def test_a_target_or_an_intake_is_no_measurement(name: str) -> None:
    assert measured(name, "potassium", **quantity(2.1, "mmol/L")) == (None, ())


@pytest.mark.parametrize(
    ("remark", "usable"),
    [
        *(
            (words, False)
            for words in ("Haemolysed", "Grossly hemolyzed", "Hemolysis: 3+", "slight haemolysis")
        ),
        *((words, True) for words in ("Not haemolysed", "Hemolysis: none", "haemolysis index normal")),
        *(
            (words, True)
            for words in ("No evidence of haemolysis", "haemolysis not detected", "unhaemolysed")
        ),
        *((words, True) for words in ("hemolysis index 0", "non-hemolyzed")),
    ],
)
def test_a_remark_on_haemolysis_voids_a_potassium_unless_it_denies_it(remark: str, usable: bool) -> None:
    value = quantity(7.2, "mmol/L")
    found = 7.2 if usable else None
    assert measured(K, "potassium", note=[{"text": remark}], **value)[0] == found
    assert measured(K, "potassium", interpretation=[{"text": remark}], **value)[0] == found
    part = {"code": text("Sample"), "valueString": remark}
    assert measured(K, "potassium", component=[part], **value)[0] == found


def test_a_haemolysed_sample_is_named_where_it_is_the_only_one() -> None:
    found, why = measured(K, "potassium", note=[{"text": "haemolysed"}], **quantity(7.2, "mmol/L"))
    assert (found, why) == (None, ("sample haemolysed",))
