"""Nothing in a resource may lose the others, and what is not read is said."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import fields
from structlog.testing import capture_logs

from cards.findings import Chart
from cds_service.evidence import Entry
from cds_service.evidence.reader import READERS
from cds_service.evidence.thin import AnyPart
from tests.clinical.evidence_charts import (
    ME,
    NOW,
    PATIENT,
    POTASSIUM,
    READER,
    condition,
    findings,
    mmol,
    observation,
    patient,
    read,
    text,
)

GOOD = condition()
MEMBERS = sorted(field.encode_name for field in fields(cast("Any", AnyPart)))

scalars: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
scalars |= st.text(max_size=20) | st.sampled_from(
    ["Leg weakness", "4/5", "2026-02-31", "2026", "#x", "Patient/pat-1"]
)
keys = st.sampled_from(
    [
        "coding",
        "code",
        "system",
        "display",
        "text",
        "value",
        "unit",
        "start",
        "end",
        "reference",
        "low",
        "high",
        "extension",
        "url",
        "event",
        "timing",
        "repeat",
        "boundsPeriod",
        "validityPeriod",
        *MEMBERS,
    ]
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
resources = st.builds(
    lambda kind, members: members | {"resourceType": kind, "subject": ME},
    st.sampled_from([*READERS, "Patient", "Medication", "Bundle", "Flag"]),
    st.dictionaries(st.sampled_from(MEMBERS), anything, max_size=8),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(resources, max_size=4))
def test_no_resource_raises_or_loses_another(strange: list[dict[str, Any]]) -> None:
    good = condition(id="the-good-one")
    chart = read(*strange, good)
    assert any(one.source.reference == "Condition/the-good-one" for one in chart.findings)


@given(anything)
@example({"resourceType": []})
@example({"resourceType": {"Condition": 1}})
@settings(max_examples=200, deadline=None)
def test_any_json_can_stand_where_a_resource_belongs(strange: Any) -> None:
    assert len(read(json.dumps(strange).encode(), GOOD).findings) >= 1


@given(st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_bytes_can_stand_where_a_resource_belongs(strange: bytes) -> None:
    assert len(read(strange, GOOD).findings) >= 1


def entries(*given: dict[str, Any]) -> list[Entry]:
    return [Entry(json.dumps(one).encode(), "x") for one in given]


def in_order(given: list[Entry]) -> Chart:
    return READER.read(given, patient_id=PATIENT, as_of=NOW, time_zone=UTC)


@given(
    st.permutations(
        entries(
            patient(),
            condition(onsetAge={"value": 66, "code": "a"}),
            condition(id="c2", encounter={"reference": "Encounter/e1"}),
            {"resourceType": "Encounter", "id": "e1", "subject": ME, "period": {"start": "2026-11-20"}},
            observation(POTASSIUM, valueQuantity=mmol(2.1)),
            {
                "resourceType": "MedicationRequest",
                "id": "m",
                "medicationReference": {"reference": "Medication/x"},
            },
            {"resourceType": "Medication", "id": "x", "code": text("simvastatin")},
        )
    )
)
@settings(max_examples=50, deadline=None)
def test_the_order_of_entries_changes_nothing(shuffled: list[Entry]) -> None:
    chart = in_order(shuffled)
    assert len(chart.findings) == 4
    assert set(chart.findings) == set(in_order(sorted(shuffled, key=lambda entry: bytes(entry.raw))).findings)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b'{"resourceType": "Condition", "id": "\xff"}',
        b'{"resourceType": "Condition", "code": {"text": "\xff"}}',
        b'{"resourceType": 5}',
        b"{}",
        b'{"resourceType": "Bundle", "entry": []}',
        b'{"resourceType": "Condition", "code": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"resourceType": "Observation", "valueQuantity": {"value": 1e999}, "code": {"text": "potassium"}}',
    ],
)
def test_what_cannot_be_read_is_said_and_the_rest_is_read(broken: bytes) -> None:
    chart = read(broken, GOOD)
    assert len(chart.findings) == 1
    (unread,) = chart.unread
    assert unread.could_hold_red_flag
    assert unread.what in (
        "chart, entry 1",
        "Condition (no id, chart, entry 1)",
        "Observation (no id, chart, entry 1)",
    )


def test_a_defect_of_ours_in_one_resource_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(opened: object) -> None:
        raise ZeroDivisionError("Erika Mustermann")

    monkeypatch.setitem(READERS, "Observation", fails)
    with capture_logs() as logs:
        chart = read(observation(), GOOD)
    assert [one.source.reference for one in chart.findings] == ["Condition/c1"]
    assert [(u.what, u.why) for u in chart.unread] == [("Observation/o1", "could not be read")]
    assert logs == [
        {
            "event": "resource not read",
            "log_level": "warning",
            "resource_type": "Observation",
            "reason": "ZeroDivisionError",
        }
    ]


def test_an_id_that_is_none_is_not_repeated() -> None:
    one = read(condition(id="Erika Mustermann, born 1960"))
    assert one.findings[0].source.reference == "Condition (no id, chart, entry 1)"


def test_of_a_member_written_twice_the_last_wins() -> None:
    twice = json.dumps(condition(text("Hypertension")))[:-1] + ', "code": {"text": "Leg weakness"}}'
    assert len(findings(twice.encode())) == 1


def test_a_text_too_long_to_be_read_is_named() -> None:
    chart = read(condition(text("Leg weakness. " + "x" * 30_000)))
    assert len(chart.findings) == 1
    assert len(chart.findings[0].label) == 300
    assert [u.why for u in chart.unread] == ["text read up to 20000 characters only"]


def test_a_long_text_is_named_also_when_its_beginning_names_nothing() -> None:
    assert len(read(condition(text("x " * 15_000))).unread) == 1
    assert read(condition(text("Hypertension"), onsetDateTime="2026-02-31")).unread == ()


def test_nothing_is_kept_of_one_chart_for_the_next() -> None:
    assert findings(patient(), condition()) == findings(condition())
    assert read(condition()).person.born is None


@pytest.mark.parametrize(
    "code", [5, True, [7], {"text": {"de": "Schwäche"}}, {"coding": 5}, {"coding": [{"code": 7}]}]
)
def test_a_code_out_of_which_nothing_can_be_got_is_named(code: Any) -> None:
    chart = read(condition() | {"code": code, "id": "odd"})
    assert chart.findings == ()
    assert [(each.what, each.why) for each in chart.unread] == [("Condition/odd", "code not understood")]


@pytest.mark.parametrize(
    "code", [{"text": ["Right hemiparesis"]}, {"coding": "Right hemiparesis"}, "Right hemiparesis"]
)
def test_words_in_the_wrong_place_of_a_code_are_read(code: Any) -> None:
    (found,) = findings(condition() | {"code": code})
    assert "cs_hemiparesis" in {hit.concept for hit in found.hits}


def test_a_code_that_says_why_it_is_missing_is_no_fault() -> None:
    absent = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
        ]
    }
    assert read(observation() | {"code": absent}).unread == ()


def test_an_entry_of_the_future_does_not_count_and_is_told() -> None:
    chart = read(condition(onsetDateTime="2099-01-01"))
    assert chart.findings == ()
    assert [each.why for each in chart.unread] == ["dated in the future"]
