"""What the service says of itself is whole, and true of the content that it runs."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from cards import knowledge, reviews
from cards.content_files import ContentError
from cds_service.evidence.shapes import SHAPES
from cds_service.transparency import inputs, statement
from cds_service.transparency.attributes import EVIDENCE_BASED, PREDICTIVE
from cds_service.transparency.pack import NOT_APPLICABLE, pack

TOP = Path(__file__).resolve().parents[2]
CONTENT = knowledge.load()
WRITTEN = statement.FILE.read_text(encoding="utf-8")
PACK = pack(statement.shipped(), CONTENT)
EVIDENCE = {each.key: each for each in PACK.evidence_based}
PREDICTED = {each.key: each for group in PACK.predictive.values() for each in group}
KEYS = [
    *(f"evidence_based.{key}" for key in EVIDENCE_BASED),
    *(f"predictive.{key}" for group in PREDICTIVE.values() for key in group),
]


def test_the_rule_asks_for_13_and_31_attributes_in_nine_groups() -> None:
    assert (len(EVIDENCE), len(PREDICTED), len(PREDICTIVE)) == (13, 31, 9)


@pytest.mark.parametrize("attribute", [*EVIDENCE.values(), *PREDICTED.values()], ids=lambda each: each.key)
def test_an_attribute_has_a_value_or_a_reason(attribute: object) -> None:
    assert attribute in {*EVIDENCE.values(), *PREDICTED.values()}
    value = getattr(attribute, "value", "")
    assert len(value) > 20
    assert "{" not in value
    assert value.startswith(NOT_APPLICABLE.format("")) != getattr(attribute, "applies", None)


def _without(key: str) -> str:
    """The file without the table of an attribute."""
    left = re.sub(rf"^\[{re.escape(key)}\]\n.+\n", "", WRITTEN, flags=re.MULTILINE)
    assert left != WRITTEN
    return left


@pytest.mark.parametrize("key", KEYS)
def test_a_statement_without_an_attribute_is_refused(key: str) -> None:
    with pytest.raises(ContentError, match=f"{key}: missing"):
        statement.read(_without(key))


@pytest.mark.parametrize("key", KEYS)
def test_a_blank_attribute_is_refused(key: str) -> None:
    blank = re.sub(rf'(^\[{re.escape(key)}\]\n\w+ = ").+"$', r'\1"', WRITTEN, flags=re.MULTILINE)
    assert blank != WRITTEN
    with pytest.raises(ContentError, match=key):
        statement.read(blank)


def test_an_attribute_that_the_rule_does_not_know_is_refused() -> None:
    with pytest.raises(ContentError, match=r"evidence_based\.use_of_shoe_size: unknown key"):
        statement.read(f'{WRITTEN}\n[evidence_based.use_of_shoe_size]\nvalue = "None is used."\n')


def test_a_number_that_the_content_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="hospitals"):
        pack(statement.read(WRITTEN.replace("{critical}", "").replace("{red_flags}", "{hospitals}")), CONTENT)


# ---- what the rules use of a person, by the content itself


def test_of_a_person_the_rules_use_the_age_and_whether_they_have_died() -> None:
    assert {feature.derive for feature in inputs.of_person(CONTENT)} == {"age", "deceased"}
    assert inputs.AGE in CONTENT.features
    assert CONTENT.features[inputs.AGE].derive == inputs.DATE_OF_BIRTH


def members(kind: str) -> set[str]:
    """The members that are decoded of a resource."""
    shape: Any = SHAPES[kind]
    return set(shape.__struct_fields__)


def test_no_other_member_of_the_patient_resource_is_read() -> None:
    """So race, ethnicity, language and the rest, which stand in extensions, cannot have a part."""
    read = members("Patient")
    of_all = members("Immunization")
    assert read - of_all == {"gender", "birth_date", "deceased_boolean", "deceased_date_time"}
    assert not {"extension", "communication", "marital_status", "address", "name"} & read


def test_administrative_gender_is_read_and_decides_nothing() -> None:
    asked = [
        f"{file.relative_to(TOP)}:{node.lineno}"
        for package in ("cards", "cds_service")
        for file in (TOP / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"sex", "gender"}
    ]
    assert len(asked) == 1, "the reader takes it from the resource, and nobody asks for it"
    assert asked[0].startswith("cds_service/evidence/people.py:")
    assert not EVIDENCE["use_of_sex"].applies


WORDS_OF_GROUPS = (
    r"(?i)\b(race|racial|ethnic\w*|sexual orientation|gender|(homo|hetero)sexual|pregnan\w*|female|male)\b"
)


def test_no_feature_or_concept_names_a_group_of_people() -> None:
    named = {each.id: f"{each.label} {each.definition}" for each in CONTENT.features.values()}
    named |= {each.id: f"{each.label} {' '.join(each.phrases)}" for each in CONTENT.concepts.values()}
    assert {name for name, text in named.items() if re.search(WORDS_OF_GROUPS, text)} == set()


def test_no_code_of_social_determinants_is_in_the_content() -> None:
    rows = [row for row in CONTENT.codes.rows if row.system.startswith("icd10")]
    assert rows
    assert [row.code for row in rows if "Z55" <= row.code[:3] <= "Z65"] == []


def test_every_red_flag_and_cause_that_asks_for_the_age_is_named() -> None:
    """Held against the conditions as they are written, patterns within patterns too."""

    def asks(text: str) -> bool:
        return bool({inputs.AGE, *by_age} & set(re.findall(r"\w+", text)))

    by_age: set[str] = set()
    ways = {name: each.when.text for name, each in CONTENT.derived.items()}
    ways |= {name: each.or_when.text for name, each in CONTENT.features.items() if each.or_when}
    for _ in ways:
        by_age |= {name for name, text in ways.items() if asks(text)}
    flags = {
        rule.id
        for rule in CONTENT.rules
        if asks(" ".join([rule.gate, rule.when.text, rule.unless.text if rule.unless else ""]))
    }
    causes = {
        cause.id
        for cause in CONTENT.causes.values()
        if any(asks(each.text) for each in (cause.needs, *(row.when for row in cause.evidence)))
    }
    assert flags == set(inputs.rules_by_age(CONTENT)) != set()
    assert causes == set(inputs.causes_by_age(CONTENT)) != set()
    said = EVIDENCE["use_of_date_of_birth"].value
    assert all(CONTENT.causes[name].short in said for name in causes)


HEALTH_STATUS = r"(?i)\b(function|mobility|alcohol|smok\w*|drug use|cogniti\w*|disab\w*|substance|nitrous)\b"


def test_every_feature_of_health_status_is_named() -> None:
    """Function, substance use, cognition: by group, and by the words of the others' labels."""
    named = inputs.of_health_status(CONTENT)
    alike = {
        each.id
        for each in CONTENT.features.values()
        if each.group == "function" or re.search(HEALTH_STATUS, each.label)
    }
    assert alike <= set(named)
    assert all(label in EVIDENCE["use_of_health_status_assessments"].value for label in named.values())


# ---- wording


def test_it_says_how_much_a_clinician_has_reviewed() -> None:
    reviewed, of = reviews.counted(CONTENT)
    assert f"{reviewed} of {of} clinical statements" in " ".join(PACK.lists["limits"])


def test_it_claims_no_review_by_a_regulator() -> None:
    said = " ".join(PACK.lists["regulation"])
    for words in (
        "Designed to be consistent with",
        "has not been reviewed by the FDA",
        "Not reviewed by any regulator",
        "make their own determination",
        "Not CE-marked: not for clinical use in the European Union or European Economic Area except under",
        "the institution's own responsibility",
        "It cannot supply a Clinical Safety Officer",
    ):
        assert words in said


FORBIDDEN = (
    r"(?i)\b(detects?|alarms? (?:you|the)|rules? out|rul(?:es|ed) out|guarantees?|approved|cleared|certified"
    r"|validated)\b"
)


def test_it_promises_nothing_that_it_must_not() -> None:
    texts = [*PACK.intended_use.values(), *PACK.lists["basis"], *PACK.lists["regulation"]]
    assert [text for text in texts if re.search(FORBIDDEN, text)] == []


def test_commands_that_it_names_are_there() -> None:
    from cds_service.cli import main

    named = set(re.findall(r"`leg-weakness-cds (\w+)", WRITTEN))
    assert named
    assert named <= set(main.commands)


def test_the_page_on_the_intended_use_says_the_same() -> None:
    page = (TOP / "docs" / "safety" / "intended-use.md").read_text(encoding="utf-8")
    for text in (*PACK.intended_use.values(), *PACK.lists["out_of_scope"], *PACK.lists["regulation"]):
        assert text in page
    assert "## Changes that force a new assessment" in page
