"""A call that is decoded in one go is the same call, and says the same as one that is read piece by piece."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import FunctionType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from benchmarks import charts
from cards.findings import Chart
from cds_service import hooks, strict_json
from cds_service.answer import Desk, answer
from cds_service.errors import ServiceError
from cds_service.evidence.reader import READERS
from cds_service.evidence.shapes import SHAPES
from cds_service.evidence.thin import MEMBERS
from cds_service.hooks import HookCall, OpenCall
from cds_service.record import Record, read_record
from cds_service.settings import Settings
from tests.wire.calls import bundle, call, condition, everything, outcome, patient

DESK = Desk.ready(Settings())
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ME = {"reference": "Patient/p1"}
WEAK = {"text": "sudden weakness of the left leg"}


def written(prefetch: Any, **changes: Any) -> bytes:
    return json.dumps(call(prefetch, **changes)).encode()


def said(read: HookCall) -> tuple[Record, Chart]:
    record = read_record(read.values, DESK.wanted)
    patient_id = read.context.patientId
    return record, DESK.evidence.read(record.entries, patient_id=patient_id, as_of=NOW, time_zone=UTC)


def assert_same(body: bytes) -> None:
    careful, opened = hooks.read_call(body), hooks.open_call(body)
    assert (careful.hookInstance, careful.context) == (opened.hookInstance, opened.context)
    assert careful.values.keys() == opened.values.keys()
    one, other = said(careful), said(opened)
    assert one[1] == other[1]
    assert (one[0].states, one[0].unread) == (other[0].states, other[0].unread)
    assert [each.place for each in one[0].entries] == [each.place for each in other[0].entries]


def is_opened(body: bytes) -> bool:
    return isinstance(hooks.open_call(body), OpenCall)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_generated_chart_is_opened_in_one_go_and_says_the_same(seed: int) -> None:
    body = charts.body(60, seed, NOW, DESK.knowledge)
    assert is_opened(body)
    assert_same(body)


VALUES: dict[str, Any] = {
    "a word": "x",
    "a text": "sudden weakness of both legs, worse since yesterday",
    "a day": "2026-11-20",
    "a moment": "2026-11-20T10:00:00Z",
    "a number": 3,
    "yes": True,
    "a concept": WEAK,
    "concepts": [{"coding": [{"system": "http://snomed.info/sct", "code": "102568007"}]}, WEAK],
    "a status": {"coding": [{"code": "resolved"}]},
    "a quantity": {"value": 2.1, "unit": "mmol/L"},
    "a period": {"start": "2026-11-19", "end": "2026-11-21"},
    "a timing": {"event": ["2026-11-20"]},
    "a supply": {"validityPeriod": {"start": "2026-11-10", "end": "2026-11-12"}},
    "a reference": {"reference": "Observation/other"},
    "another patient": {"reference": "Patient/p2"},
    "notes": [{"text": "came on suddenly"}],
    "items": [{"text": "Leg weakness", "answer": [{"valueBoolean": True}]}],
    "components": [{"code": {"text": "Left leg power"}, "valueString": "3/5"}],
}
ABOUT = {
    "Observation": {"code": WEAK},
    "Condition": {"code": WEAK},
    "Procedure": {"code": {"text": "Lumbar puncture"}},
    "DiagnosticReport": {"code": {"text": "MRI lumbar spine"}},
    "Immunization": {"vaccineCode": {"text": "Influenza vaccine"}},
    "QuestionnaireResponse": {"item": VALUES["items"]},
    "Patient": {},
    "Encounter": {"reasonCode": [WEAK]},
    "Medication": {"code": {"text": "simvastatin"}},
}
WIRE = {"class_": "class", "resource_type": "resourceType"}


def in_json(member: str) -> str:
    first, *others = member.split("_")
    return WIRE.get(member) or first + "".join(each.capitalize() for each in others)


@pytest.mark.parametrize("kind", [*READERS, "Medication"])
def test_no_member_of_a_resource_is_lost(kind: str) -> None:
    """Whatever member a resource has: opened in one go it says what it says when all members are kept."""
    about = ABOUT.get(kind, {"medicationCodeableConcept": {"text": "prednisolone"}})
    resource = {"resourceType": kind, "subject": ME} | about
    given = [
        resource | {"id": f"{member}-{number}", in_json(member): value}
        for member in MEMBERS
        for number, value in enumerate(VALUES.values())
        if member not in {"resource_type", "id"}
    ]
    body = written(everything(conditions=bundle(*given)))
    assert is_opened(body)
    assert_same(body)


@pytest.mark.parametrize("member", ["birth_date", "gender", "deceased_boolean", "deceased_date_time"])
def test_no_member_of_the_patient_is_lost(member: str) -> None:
    for value in VALUES.values():
        assert_same(written(everything(patient=patient() | {in_json(member): value})))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([*VALUES.values()]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["text", "coding", "code", "reference", "value"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
resources = st.builds(
    lambda kind, members: members | {"resourceType": kind},
    st.sampled_from([*SHAPES, "Bundle", "OperationOutcome", "NoSuchType"]),
    st.dictionaries(st.sampled_from([in_json(each) for each in MEMBERS]), json_values, max_size=6),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(resources | json_values, max_size=5), st.booleans())
def test_any_resources_say_the_same_in_one_go_and_piece_by_piece(strange: list[Any], twice: bool) -> None:
    for number, each in enumerate(strange):
        if isinstance(each, dict):
            each["id"] = f"r{number}"  # of two without an id that are read alike, only one is opened
    prefetch = everything(conditions=bundle(condition("weak legs"), *strange))
    if twice:
        prefetch["problems"] = bundle(*strange, patient())
    assert_same(written(prefetch))


@pytest.mark.parametrize(
    "value",
    [
        None,
        condition("weak legs"),
        outcome(),
        bundle(bundle(condition("weak legs")), type="batch-response"),
        bundle(condition("weak legs"), outcome("information"), total=2),
        {"resourceType": "Bundle", "entry": [{"response": {"status": "404 Not Found"}}, {"fullUrl": "x"}]},
        bundle(condition("a", "c1"), condition("a", "c1"), condition("b", "c1")),
        bundle(*[{"resourceType": "Condition", "code": WEAK, "subject": ME}] * 3),
    ],
)
def test_usual_values_are_opened_and_say_the_same(value: Any) -> None:
    body = written(everything(conditions=value))
    assert is_opened(body)
    assert_same(body)


def test_a_call_cannot_hand_in_what_was_opened() -> None:
    body = written(everything(), opened={"x": condition("weak legs")}, values=7)
    assert hooks.open_call(body).values.keys() == everything().keys()
    assert hooks.read_call(body).values.keys() == everything().keys()


@pytest.mark.parametrize(
    "body",
    [
        written(everything()).replace(b'"conditions"', b'"conditions": null, "conditions"', 1),
        written(everything()).replace(b'"hook"', b'"hook": "x", "hook"', 1),
        written(everything(), hook="order-sign"),
        written([]),
        b"{}",
        b"",
    ],
)
def test_what_is_refused_is_refused_alike(body: bytes) -> None:
    refusals = []
    for read in (hooks.read_call, hooks.open_call):
        with pytest.raises(ServiceError) as raised:
            read(body)
        refusals.append((raised.type, raised.value.sentence))
    assert refusals[0] == refusals[1]


def nested(levels: int) -> bytes:
    return b'{"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize("levels", [20, 150, 193, 194, 195, 196, 250, 600])
@pytest.mark.parametrize(
    "name", [b'"extension"', b'"resourceType": "Condition", "x"', b'"\\u0072esourceType"']
)
def test_depth_is_refused_alike(levels: int, name: bytes) -> None:
    body = written(everything(conditions=bundle(condition("weak legs") | {"@": 1})))
    body = body.replace(b'"@": 1', name + b": " + nested(levels))
    outcomes = []
    for read in (hooks.read_call, hooks.open_call):
        try:
            outcomes.append(str(sorted(read(body).values)))
        except ServiceError as error:
            outcomes.append(error.sentence)
    assert outcomes[0] == outcomes[1]


def test_a_glance_does_not_take_a_deep_resource_for_a_shallow_one() -> None:
    deep = b'{"resourceType":' + b'[{"resourceType":' * 150 + b"1" + b"}]" * 150 + b"}"
    assert not strict_json.surely_shallow(deep, 1)
    assert strict_json.surely_shallow(b'{"a":[{"resourceType":"X","b":[{}]}]}' * 50, 50)


def test_an_entry_of_an_opened_call_says_where_it_stood() -> None:
    opened = hooks.open_call(written(everything(conditions=bundle(condition("a"), condition("b", "c2")))))
    assert read_record(opened.values, DESK.wanted).entries[-1].place == "conditions, entry 2"
    assert not any(isinstance(value, Raw) for value in opened.values.values())


def test_nothing_of_a_call_waits_to_be_collected() -> None:
    """What refers to itself in a circle would keep a patient's record until the collector comes."""
    body = charts.body(200, 5, NOW, DESK.knowledge)
    answer(hooks.open_call(body), DESK, NOW)
    assert _waiting(lambda: None) == []
    assert _waiting(lambda: answer(hooks.open_call(body), DESK, NOW)) == []


def test_a_circle_would_be_seen() -> None:
    def makes_a_circle() -> None:
        call = hooks.HookCall("patient-view", "x", hooks.Context("p1"))
        kept: list[Any] = [call]
        kept.append(kept)

    assert _waiting(makes_a_circle) == ["HookCall"]


def _waiting(work: Callable[[], object]) -> list[str]:
    """What of the work only the collector could free: objects and functions of ours, by their types.

    Threads of services of other tests, which write their journals, leave things of their own: not counted.
    """
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        work()
        gc.collect()
        return sorted(type(each).__name__ for each in gc.garbage if _is_of_a_call(each))
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def _is_of_a_call(found: object) -> bool:
    module = found.__module__ if isinstance(found, FunctionType) else type(found).__module__
    return module.startswith(("cards.", "cds_service.")) and not module.startswith("cds_service.journal")
