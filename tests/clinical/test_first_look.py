"""What the first look passes over says nothing: the chart is the same when every resource is read in full."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import charts
from cards.findings import Chart, Finding
from cds_service.evidence import Entry, EvidenceReader
from cds_service.evidence import reader as reader_module
from cds_service.evidence.first_look import FirstLook
from cds_service.evidence.open_chart import Met, OpenChart
from tests.clinical.evidence_charts import (
    KNOWLEDGE,
    ME,
    NOW,
    READER,
    condition,
    observation,
    patient,
    read,
    text,
)
from tests.clinical.test_evidence_messy import resources as strange_resources

BEFORE = NOW - timedelta(days=30)
AT = "2026-11-01T10:00:00Z"
QUIET = text("Hay fever in spring")


class _ReadsAll(EvidenceReader):
    """Reads every resource in full."""

    def _findings(self, met: Met, chart: OpenChart, look: FirstLook | None) -> list[Finding]:  # noqa: ARG002
        return super()._findings(met, chart, None)


CAREFUL = _ReadsAll(KNOWLEDGE)


def assert_same(*resources: dict[str, Any]) -> Chart:
    quick = read(*resources)
    assert quick == read(*resources, reader=CAREFUL)
    return quick


@pytest.mark.parametrize("seed", range(5))
def test_a_generated_chart_is_the_same_chart(seed: int) -> None:
    record = charts.resources(80, seed, NOW, KNOWLEDGE)
    entries = [Entry(json.dumps(each).encode(), "x") for each in record]
    both = [
        reader.read(entries, patient_id=record[0]["id"], as_of=NOW, time_zone=UTC)
        for reader in (READER, CAREFUL)
    ]
    assert both[0] == both[1]
    assert both[0].findings


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(strange_resources, max_size=5))
def test_strange_resources_say_the_same(strange: list[dict[str, Any]]) -> None:
    assert_same(*strange, condition(id="good"))


NAMES = st.sampled_from(
    ["Peak flow", "Smoking status", "Walking", "Can you walk?", "K", "Power", "Reason for visit", "Weakness"]
)
VALUES = st.sampled_from(
    [
        "never",
        "about 42, as last time",
        "unable",
        "weak legs",
        "no",
        "2/5",
        "2.1 mmol/L",
        "LO",
        "of both legs",
    ]
)
WORDS = st.builds(text, VALUES)
ROWS = st.fixed_dictionaries(
    {"code": st.builds(text, NAMES | VALUES)},
    optional={
        "valueString": VALUES,
        "valueCodeableConcept": WORDS | st.just({"coding": [{"system": "urn:x", "code": "7"}]}),
        "valueBoolean": st.booleans(),
        "valueQuantity": st.just({"value": 2.1, "unit": "mmol/L"}),
        "interpretation": st.just([{"coding": [{"code": "POS"}]}]),
        "dataAbsentReason": st.just(text("unknown")),
        "bodySite": st.just(text("left leg")),
        "component": st.just([{"code": text("weak legs")}]),
        "note": st.just([{"text": "sudden weakness of both legs"}]),
        "referenceRange": st.just([{"high": {"value": 1}}]),
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_a_name_and_its_value_say_the_same_together(rows: list[dict[str, Any]]) -> None:
    seen = {"resourceType": "Observation", "status": "final", "subject": ME, "effectiveDateTime": AT}
    told = [seen | {"id": f"r{number}"} | row for number, row in enumerate(rows)]
    assert_same(patient(), *told)
    assert_same(patient(), *told)  # remembered


MOMENTS = st.datetimes(
    min_value=BEFORE.replace(tzinfo=None), max_value=NOW.replace(tzinfo=None) + timedelta(9)
)
ZONES = st.sampled_from(["Z", "+00:00", "-11:00", "+13:00", "+05:30", ""])
WRITTEN = st.builds(lambda moment, zone: moment.isoformat() + zone, MOMENTS, ZONES)
DATES = WRITTEN | st.sampled_from(
    ["2026-11-21", "2026-11", "2026", "2026-02-30T10:00:00Z", "2024-02-29T10:00:00Z", "2026-11-21T24:00:00Z"]
)
DATES |= st.sampled_from(["2026-11-20T23:59:60Z", "2O26-11-20T10:00:00Z", "20.11.2026, 10 Uhr, nachts", ""])
DATED = st.fixed_dictionaries(
    {},
    optional={
        "effectiveDateTime": DATES,
        "issued": DATES,
        "effectivePeriod": st.fixed_dictionaries({"start": DATES, "end": DATES}),
        "onsetDateTime": DATES,
        "recordedDate": DATES,
        "assertedDate": DATES,
        "onsetPeriod": st.fixed_dictionaries({"start": DATES}),
        "performedDateTime": DATES,
        "performedPeriod": st.fixed_dictionaries({"start": DATES, "end": DATES}),
        "performedString": DATES,
        "period": st.fixed_dictionaries({"start": DATES, "end": DATES}),
        "authoredOn": DATES,
        "dateAsserted": DATES,
        "status": st.sampled_from(
            ["final", "completed", "finished", "active", "entered-in-error", "stopped"]
        ),
        "intent": st.sampled_from(["order", "plan", "proposal"]),
        "verificationStatus": st.sampled_from([text("refuted"), text("confirmed")]),
    },
)
KINDS = ["Observation", "Condition", "Encounter", "MedicationRequest", "Procedure", "DiagnosticReport"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), DATED), min_size=1, max_size=6))
def test_the_newest_date_is_the_same(given_: list[tuple[str, dict[str, Any]]]) -> None:
    quiet = {"subject": ME, "code": QUIET, "medicationCodeableConcept": QUIET, "reasonCode": [QUIET]}
    assert_same(
        patient(),
        *({"resourceType": kind, "id": f"r{n}"} | quiet | dates for n, (kind, dates) in enumerate(given_)),
    )


class _Noting(FirstLook):
    """Notes what the first look says."""

    passed: ClassVar[list[bool]] = []

    def passes_over(self, met: Met) -> bool:
        self.passed.append(super().passes_over(met))
        return self.passed[-1]


def passed_over(resource: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(reader_module, "FirstLook", _Noting)
    _Noting.passed.clear()
    read(resource)
    return _Noting.passed == [True]


@pytest.mark.parametrize(
    ("resource", "passed"),
    [
        (observation(QUIET, effectiveDateTime=AT, valueQuantity={"value": 3}), True),
        (observation(QUIET, effectiveDateTime=AT, valueString="left leg is weak"), False),
        (observation(QUIET, effectiveDateTime=AT, valueString="pollen, as every year"), True),
        (observation(QUIET, effectiveDateTime=AT, valueCodeableConcept=text("pollen")), True),
        (observation(QUIET, effectiveDateTime=AT, valueString="pollen", dataAbsentReason=QUIET), False),
        (observation(text("Weakness"), effectiveDateTime=AT, valueString="of both legs"), False),
        (observation(text("Leg weakness"), effectiveDateTime=AT), False),
        (observation(text("K"), effectiveDateTime=AT, valueQuantity={"value": 2.1}), False),
        (observation(QUIET, effectiveDateTime=AT, component=[{"code": text("weak legs")}]), False),
        (observation({"text": 7}, effectiveDateTime=AT), False),
        (condition(QUIET, recordedDate=AT), True),
        (condition(QUIET, recordedDate=AT, onsetString="since spring"), False),
        (condition(recordedDate=AT), False),
        ({"resourceType": "Immunization", "subject": ME, "vaccineCode": QUIET}, False),
    ],
)
def test_what_says_nothing_is_passed_over_and_all_else_is_read(
    resource: dict[str, Any], *, passed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert passed_over(resource, monkeypatch) is passed


def test_a_resource_of_another_patient_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    other = observation(QUIET, effectiveDateTime=AT, subject={"reference": "Patient/other"})
    assert not passed_over(other, monkeypatch)
    assert not _Noting.passed
