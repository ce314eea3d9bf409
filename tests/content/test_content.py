"""The clinical content is what it means to be: codes that exist, units that convert, rules that can fire."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import simple_icd_10_cm
from ucumvert import PintUcumRegistry

from cards import can_fire, code_shapes, content_check, content_keys, knowledge
from cards.codes import Code, Codes
from cards.conditions import condition
from cards.facts import Answer, Fact, Facts
from cards.knowledge import Change, Concept, Knowledge, Reviewed, load
from cards.shipped_keys import FREE_TABLES
from cds_service import icd_check

TOP = Path(__file__).resolve().parents[2]
CONTENT = knowledge.BESIDE


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load()


def problems(known: Knowledge) -> list[str]:
    return [str(problem) for problem in content_check.check(known).problems]


def with_rule(known: Knowledge, **changes: Any) -> Knowledge:
    first = replace(known.rules[0], **changes)
    return replace(known, rules=(first, *known.rules[1:]))


def with_code(known: Knowledge, **changes: Any) -> Knowledge:
    first = replace(known.codes.rows[0], **changes)
    return replace(known, codes=Codes([first, *known.codes.rows[1:]]))


# ---- the check as a whole


def test_the_content_has_no_problems(known: Knowledge) -> None:
    assert problems(known) == []


def test_the_check_says_how_much_a_clinician_has_reviewed(known: Knowledge) -> None:
    statements = len(known.rules) + sum(len(cause.evidence) for cause in known.causes.values())
    lines = content_check.check(known).lines
    assert lines[-1] == f"0 of {statements} statements reviewed"
    assert any(known.digest in line for line in lines)
    reviewed = with_rule(known, reviewed=Reviewed("Dr A", "2026-01-02"))
    assert content_check.summary(reviewed)[-1] == f"1 of {statements} statements reviewed"


def test_codes_that_nobody_confirmed_are_counted_not_refused(known: Knowledge) -> None:
    hints = sum(not row.verified for row in known.codes.rows)
    assert hints > 0
    assert any(f"{hints} of them confirmed by no" in line for line in content_check.summary(known))


def test_problems_stand_before_the_counts(known: Knowledge) -> None:
    lines = content_check.check(with_code(known, code="249945008")).lines
    assert lines[0].startswith("codes.csv: cs_leg_weakness sct 249945008: ")


# ---- what the check finds


@pytest.mark.parametrize(
    ("system", "code", "match"),
    [
        ("sct", "249945008", "exact"),  # Verhoeff
        ("sct", "2499450O7", "exact"),
        ("sct", "102568116", "exact"),  # a description, not a concept
        ("loinc", "2823-4", "exact"),
        ("loinc", "28233", "exact"),
        ("icd10cm", "g61.0", "exact"),
        ("icd10cm", "G610", "exact"),
        ("icd10cm", "G6", "exact"),
        ("icd10", "G61.012", "exact"),
        ("icd9", "3570", "exact"),
        ("atc", "C10AA5", "prefix"),
        ("rxnorm", "C0012", "exact"),
    ],
)
def test_a_code_that_cannot_be_one_is_found(known: Knowledge, system: str, code: str, match: str) -> None:
    (problem,) = problems(with_code(known, system=system, code=code, match=match))
    assert problem.startswith(f"codes.csv: cs_leg_weakness {system} {code}: ")


@pytest.mark.parametrize(
    ("system", "code", "match"),
    [
        ("sct", "22298006", "exact"),
        ("sct", "16018391000119104", "exact"),
        ("loinc", "2823-3", "exact"),
        ("loinc", "LA6576-8", "exact"),  # an answer: its check digit follows another scheme
        ("icd10cm", "C4A", "prefix"),
        ("icd10cm", "S72.001A", "exact"),
        ("icd10cm", "C0", "prefix"),
        ("icd9", "V10.3", "exact"),
        ("icd9", "E888.9", "exact"),
        ("icd9", "03.31", "exact"),
        ("atc", "C10AA", "prefix"),
        ("atc", "C10AA05", "exact"),
    ],
)
def test_a_sound_code_is_let_through(system: str, code: str, match: str) -> None:
    assert code_shapes.fault(system, code, match) == ""


def with_concept(known: Knowledge, concept: Concept) -> Knowledge:
    return replace(known, concepts=MappingProxyType({**known.concepts, concept.id: concept}))


FIRST = Change("0.1.0", "2026-11-22", ("Cards are shown.",))
SECOND = Change("0.2.0", "2026-12-24", ("Cards are better.",))


@pytest.mark.parametrize(
    ("version", "changes", "found"),
    [
        ("0.2.0", (SECOND, FIRST), ""),
        ("0.2.0", (FIRST,), "content.toml: changes 1: the newest is not that of version 0.2.0"),
        ("0.1.0", (FIRST, SECOND), "content.toml: changes 2: is newer than the one before it"),
        ("0.1.0", (FIRST, FIRST), "content.toml: changes 2: version 0.1.0 stands twice"),
    ],
)
def test_each_version_says_what_it_changes_on_cards(
    known: Knowledge, version: str, changes: tuple[Change, ...], found: str
) -> None:
    said = problems(replace(known, version=version, changes=changes))
    assert [each[: len(found)] for each in said] == ([found] if found else [])


def test_a_concept_that_nothing_uses_is_found(known: Knowledge) -> None:
    lonely = Concept("cs_lonely", "Lonely", ("alone",), (), (), "entry", "", "")
    assert problems(with_concept(known, lonely)) == [
        "concepts/: cs_lonely: used by no feature, cause or reading rule"
    ]


def test_a_concept_that_no_record_can_name_is_found(known: Knowledge) -> None:
    fever = replace(known.concepts["cs_fever"], phrases=())
    codes = Codes([row for row in known.codes.rows if row.concept != "cs_fever"])
    assert problems(replace(with_concept(known, fever), codes=codes)) == [
        "concepts/: cs_fever: has neither a code nor a phrase: no record can name it"
    ]


def test_a_feature_that_nothing_can_set_is_found(known: Knowledge) -> None:
    dead = replace(known.features["back_pain"], concepts=())
    features = MappingProxyType({**known.features, "back_pain": dead})
    found = problems(replace(known, features=features))
    assert "features/: back_pain: nothing in a chart can set it" in found


def test_explicit_weakness_that_the_body_does_not_show_is_found(known: Knowledge) -> None:
    body = MappingProxyType({name: mark for name, mark in known.body.items() if name != "foot_drop"})
    assert problems(replace(known, body=body)) == [
        "body.toml: foot_drop: missing: explicit leg weakness that no picture shows"
    ]


@pytest.mark.parametrize(
    "impossible",
    [
        "ck > 5000 and ck < 100",
        "fever and not fever",
        "spo2 > 100",  # no such value is read
        'mri_spine_result in ["normal"] and mri_spine_result in ["canal_stenosis"]',
        "bulbar and not dysphagia and not dysarthria",  # through a derived feature
        "not fever and body_temperature >= 39",  # which is a fever
        "strong_weakness_evidence and not leg_weakness_evidence and potassium <= 0.5",
        "deceased",  # no card is made then
    ],
)
def test_a_red_flag_that_no_patient_can_raise_is_found(known: Knowledge, impossible: str) -> None:
    assert problems(with_rule(known, when=condition(impossible))) == [
        "red_flags.toml: rf_stroke.when: no patient can meet it together with its gate"
    ]


def test_evidence_that_can_never_count_is_found(known: Knowledge) -> None:
    gbs = known.causes["gbs"]
    first = replace(gbs.evidence[0], when=condition("ck > 5000 and ck < 100"))
    causes = {**known.causes, "gbs": replace(gbs, evidence=(first, *gbs.evidence[1:]))}
    assert problems(replace(known, causes=MappingProxyType(causes))) == [
        "causes/gbs.toml: evidence 1.when: no patient can meet it"
    ]


def test_a_cause_that_can_never_be_listed_is_found(known: Knowledge) -> None:
    causes = {**known.causes, "gbs": replace(known.causes["gbs"], needs=condition("fever and not fever"))}
    assert problems(replace(known, causes=MappingProxyType(causes))) == [
        "causes/gbs.toml: needs: no patient can meet it"
    ]


def test_a_text_that_names_an_unknown_source_is_found(known: Knowledge) -> None:
    assert problems(with_rule(known, rationale="S88 says so; S72.0 is a code.")) == [
        "red_flags.toml: rf_stroke: names an unknown source: S88"
    ]


def test_a_summary_that_would_be_cut_is_found(known: Knowledge) -> None:
    longest = max((content_check.longest_phrase(name, known) for name in known.rules[0].lead), key=len)
    fits = "x" * (known.wording["summary_limit"] - len(longest) - len(": "))
    assert problems(with_rule(known, matters=fits)) == []
    (problem,) = problems(with_rule(known, matters=fits + "x"))
    assert problem.endswith("the summary has 140 characters, at most 139 fit")


def test_phrases_are_measured_with_the_longest_words_that_fill_them(known: Knowledge) -> None:
    assert content_check.longest_phrase("leg_weakness", known) == "bilateral leg weakness"
    assert content_check.longest_phrase("potassium", known) == "potassium 12345.6 mmol/L"
    assert content_check.longest_phrase("brain_imaging_result", known) == "brain imaging: enlarged ventricles"
    assert content_check.longest_phrase("bulbar", known) == "bulbar weakness"


# ---- the search finds patients who do raise the flag


def facts_of(known: Knowledge, patient: can_fire.Patient) -> Facts:
    """A patient of the search, as the assessment knows them."""
    said = ((name, answers[0]) for name, answers in patient.items())
    return Facts(
        known,
        (
            Fact(name, Answer.PRESENT, value=None if answer is True else answer)
            for name, answer in said
            if answer is not None and answer is not False
        ),
    )


def test_the_patient_found_for_a_red_flag_meets_its_condition_and_its_gate(known: Knowledge) -> None:
    search = can_fire.Search(known)
    for rule in known.rules:
        patient = search.patient(condition(rule.gate), rule.when)
        assert patient is not None
        facts = facts_of(known, patient)
        assert facts.met(rule.when) is not None, rule.id
        assert facts.holds(rule.gate), rule.id


# ---- codes and units against other people's tables


def icd_10_cm(known: Knowledge) -> Iterator[Code]:
    return (row for row in known.codes.rows if row.system == "icd10cm")


def test_every_icd_10_cm_code_exists(known: Knowledge) -> None:
    assert icd_check.unknown_codes(known) == ()


def test_an_icd_10_cm_code_that_does_not_exist_is_named(known: Knowledge) -> None:
    row = next(row for row in icd_10_cm(known) if row.match == "exact")
    rows = (replace(row, code="G83.77"), replace(row, code="G8", match="prefix"))
    wrong = replace(known, codes=Codes(rows))
    problems = icd_check.unknown_codes(wrong) or ()
    assert [str(each) for each in problems] == [f"codes.csv: {row.concept}: G83.77 is no code of ICD-10-CM"]


def test_without_its_code_set_icd_10_cm_is_said_not_to_be_checked(
    known: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "simple_icd_10_cm", None)
    assert icd_check.unknown_codes(known) is None


def test_an_exact_icd_10_cm_code_stands_for_itself_alone(known: Knowledge) -> None:
    """A category that is matched exactly would miss all codes that may be billed."""
    exact = [row for row in icd_10_cm(known) if row.match == "exact"]
    assert [row.code for row in exact if not _ends(row, exact)] == []


def _ends(row: Code, exact: list[Code]) -> bool:
    below = [code for code in simple_icd_10_cm.get_children(row.code) if len(code) > len(row.code)]
    listed = {other.code for other in exact if other.concept == row.concept}
    return not below or row.code in _KNOWN_HEADINGS or bool(listed & set(below))


_KNOWN_HEADINGS: frozenset[str] = frozenset()

MOLAR_MASS = {
    # g/mol; IUPAC 2021 atomic weights
    "calcium_total": 40.078,
    "calcium_ionised": 40.078,
    "magnesium": 24.305,
    "phosphate": 30.974,  # reported as phosphorus
    "ft4": 776.87,
    "vitamin_b12": 1355.37,
    "glucose": 180.156,
    "lactate": 90.08,  # as lactic acid
    "creatinine": 113.12,
}
CHARGE = {
    "potassium": 1, "sodium": 1, "lactate": 1, "calcium_total": 2, "calcium_ionised": 2, "magnesium": 2,
}  # fmt: skip
BY_DEFINITION = {
    ("hba1c", "mmol/mol"): "the master equation of IFCC and NGSP relates two methods, not two units",
    ("body_temperature", "[degF]"): "a scale with an offset; checked by its fixed points below",
}


@cache
def ucum() -> Any:
    return PintUcumRegistry()


def converted(feature: str, unit: str, canonical: str) -> float:
    """How much one `unit` is in `canonical`, by another library than the table's author used."""
    parse = ucum().from_ucum
    # To UCUM an international unit is arbitrary; for CK and TSH laboratories write U and IU for the same.
    unit, canonical = unit.replace("[IU]", "U"), canonical.replace("[IU]", "U")
    one, wanted = parse(unit), parse(canonical)
    if "eq/" in unit:
        return float((parse(unit.replace("eq", "mol")) / CHARGE[feature]).m_as(wanted.units))
    if one.check("[mass]/[volume]") and wanted.check("[substance]/[volume]"):
        one = one / (MOLAR_MASS[feature] * parse("g/mol"))
    return float(one.m_as(wanted.units) / wanted.m)


def conversions() -> Iterator[tuple[str, str]]:
    for feature, units in load().units.items():
        for unit in units[1:]:
            if (feature, unit.unit) not in BY_DEFINITION:
                yield feature, unit.unit


@pytest.mark.parametrize(("feature", "unit"), list(conversions()))
def test_the_factor_of_a_unit_is_right(known: Knowledge, feature: str, unit: str) -> None:
    row = next(row for row in known.units[feature] if row.unit == unit)
    assert row.offset == 0
    expected = converted(feature, unit, known.units[feature][0].unit)
    assert row.factor == pytest.approx(expected, rel=2e-3), BY_DEFINITION


@pytest.mark.parametrize(
    ("feature", "unit", "value", "canonical"),
    [
        ("body_temperature", "[degF]", 32, 0),
        ("body_temperature", "[degF]", 212, 100),
        ("body_temperature", "[degF]", 100.4, 38),
        ("hba1c", "mmol/mol", 48, 6.54),
        ("hba1c", "mmol/mol", 53, 7.0),
        ("potassium", "meq/L", 2.4, 2.4),
        ("glucose", "mg/dL", 54, 3.0),
        ("vitamin_b12", "pg/mL", 200, 147.6),
        ("nif_cmh2o", "kPa", 2.94, 30),
    ],
)
def test_a_value_in_another_unit_is_the_same_amount(
    known: Knowledge, feature: str, unit: str, value: float, canonical: float
) -> None:
    row = next(row for row in known.units[feature] if row.unit == unit)
    assert value * row.factor + row.offset == pytest.approx(canonical, rel=2e-3, abs=1e-6)


# ---- keys


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if path not in FREE_TABLES:
                yield key
            yield from _leaves(inner, f"{path} {key}" if path.endswith(":") else f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)


def keys_of(name: str) -> set[str]:
    return set(_leaves(tomllib.loads((CONTENT / name).read_text(encoding="utf-8")), f"{name}:"))


@cache
def texts_in_the_code() -> set[str]:
    """All texts in the Python of the product, but for the lists of keys and the checks of the content."""
    found: set[str] = set()
    for package in ("cards", "cds_service"):
        for file in (TOP / package).rglob("*.py"):
            if file.name in ("content_keys.py", "cross_references.py"):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
                elif isinstance(node, ast.MatchAs) and node.name:
                    found.add(node.name)
    return found


@pytest.mark.parametrize("name", ["reading.toml", "wording.toml"])
def test_each_key_that_the_code_should_ask_for_is_asked_for(name: str) -> None:
    """A key that nobody asks for is a rule that a clinician reads and that does nothing."""
    assert sorted(keys_of(name) - texts_in_the_code() - set(EXEMPT)) == []


def test_each_option_of_a_feature_is_asked_for() -> None:
    assert sorted(set(content_keys.OPTIONS) - texts_in_the_code() - set(EXEMPT)) == []


EXEMPT: Mapping[str, str] = {
    "differential_aim": "held by tests/clinical/test_cards.py",
    "mark_listed_undated": "cards/card_parts.py makes up the name",
    "mark_recorded_undated": "cards/card_parts.py makes up the name",
}
"""Keys that no text in the code names, with the reason; there may be no others."""


# ---- docs/content.md

ID_FILES = ("features/*.toml", "concepts/*.toml", "derived.toml", "body.toml", "sources.toml", "systems.toml")


def keys_of_the_content() -> set[str]:
    keys: set[str] = set()
    for pattern in ID_FILES:
        for file in CONTENT.glob(pattern):
            for table in tomllib.loads(file.read_text(encoding="utf-8")).values():
                keys |= set(_leaves(table, "x"))
    for pattern in ("causes/*.toml", "red_flags.toml", "policy.toml", "content.toml"):
        for file in CONTENT.glob(pattern):
            keys |= set(_leaves(tomllib.loads(file.read_text(encoding="utf-8")), "x"))
    for file in CONTENT.glob("*.csv"):
        keys |= set(file.read_text(encoding="utf-8").partition("\n")[0].strip().split(","))
    return keys - _ids()


def _ids() -> set[str]:
    """Keys that are names of other things: concepts, values, strengths."""
    known = load()
    values = {value for feature in known.features.values() for value in feature.values}
    return {*known.concepts, *values, *known.policy.urgency} | {
        *known.policy.scoring.strength_points,
        *known.policy.scoring.prior_points,
    }


def documented() -> set[str]:
    text = (TOP / "docs" / "content.md").read_text(encoding="utf-8")
    return set(re.findall(r"`([^`]+)`", text))


def test_every_key_of_the_content_is_documented() -> None:
    keys = keys_of_the_content() | keys_of("reading.toml") | keys_of("wording.toml")
    assert sorted(keys - documented()) == []


def test_every_key_that_a_feature_may_have_is_documented() -> None:
    closed = (content_keys.OPTIONS, content_keys.SHAPES, content_keys.DERIVATIONS, content_keys.MATCHES)
    assert sorted(set().union(*closed) - documented()) == []


def test_the_docs_name_their_reader_in_the_first_line() -> None:
    first = (TOP / "docs" / "content.md").read_text(encoding="utf-8").partition("\n")[0]
    assert ", for the clinician" in first
