"""What holds in every chart, however it is sent: order, copies, keys, noise, units, what is added or taken.

Charts are those of `fixtures/` and small ones put together from a pool. The moment and the ids are fixed, so
that a failure today is a failure tomorrow; the JSON that leaves is compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cds_service import fixtures
from cds_service.app import create_app
from cds_service.fixtures import PREFETCH_KEYS, prefetch_from
from cds_service.recording import MOMENT
from cds_service.settings import Settings
from tests.clinical.bedside import (
    PATIENT,
    Resource,
    assessment_of,
    condition,
    exam,
    loss_of_bladder_control,
    measured,
    medicine,
    observation,
    on_problem_list,
    over_within_a_day,
    procedure,
    report,
    resource,
    weakness,
)

Answer = dict[str, Any]
Prefetch = dict[str, Any]
Draw = st.DrawFn

thorough = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)

# ---- charts

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_LATER = MOMENT - datetime.now(UTC)


def rewritten(value: Any, write: Callable[[datetime], str]) -> Any:
    """The same JSON with every instant written anew; a date without a time of day stays as it is."""
    if isinstance(value, dict):
        return {name: rewritten(each, write) for name, each in value.items()}
    if isinstance(value, list):
        return [rewritten(each, write) for each in value]
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return write(datetime.fromisoformat(value))
    return value


def _on_the_minute(moment: datetime) -> str:
    later = moment + _LATER + timedelta(seconds=30)
    return later.replace(second=0, microsecond=0).isoformat()


def named(group: str, *resources: Resource) -> tuple[Resource, ...]:
    """Resources of the bedside with ids of their own, counting back from the fixed moment."""
    return tuple(
        rewritten(each | {"id": f"{group}-{number}"}, _on_the_minute)
        for number, each in enumerate(resources, 1)
    )


RETENTION = condition("Urinary retention", code="snomed 267064002", since="1 day")
BREATHLESS = condition("Shortness of breath", code="snomed 267036007", since="1 day")
SOMEBODY_ELSE = {"reference": "Patient/bed-8"}


def potassium(value: float, unit: str = "mmol/L", at: str = "1 hour") -> Resource:
    return measured("Potassium", value, unit, code="loinc 2823-3", at=at)


def vital_capacity(value: float, unit: str = "L", at: str = "2 hours") -> Resource:
    return measured("Forced vital capacity", value, unit, code="loinc 19868-9", at=at)


def glucose(value: float, unit: str = "mmol/L") -> Resource:
    return measured("Glucose", value, unit, code="loinc 2345-7")


def temperature(value: float, unit: str = "Cel") -> Resource:
    return measured("Body temperature", value, unit, code="loinc 8310-5")


WEAK = named(
    "weak",
    weakness(of="both legs", since="2 days"),
    weakness(of="left leg", since="20 days"),
    condition("Weakness of both legs, worse each day", since="6 days"),
    condition("Leg weakness", code="snomed 102568007", since="45 days"),
    condition("Muscle weakness (generalised)", code="icd10cm M62.81", since="10 days"),
    condition("Sudden onset weakness of left leg", since="3 hours"),
    condition("Left foot drop", code="icd10cm M21.372", since="12 days"),
    condition("Weakness of both legs", since=None, recorded="1 day"),
    on_problem_list("Weakness of both legs", since="3 years"),
    exam("Weakness of right leg"),
    measured("Power of left hip flexion", 3, "{score}", at="3 hours"),
    observation("Legs", valueString="Bilateral leg weakness, right worse than left", at="5 hours"),
    over_within_a_day(condition("Transient weakness of left leg", since="3 days")),
)

RED_FLAG_FINDINGS = named(
    "flag",
    RETENTION,
    exam("Saddle numbness"),
    BREATHLESS,
    exam("Absent ankle jerks"),
    observation("Pain severity in left leg", code="loinc 72514-3", valueInteger=9),
    condition("Left hemiparesis", since="5 hours"),
    potassium(2.1),
    potassium(6.9),
    loss_of_bladder_control(),
    exam("Sensory level at T8"),
    exam("Extensor plantar responses"),
    exam("Facial weakness"),
    condition("Weakness of both legs, worse each day", since="3 days"),
    condition("Sudden onset weakness of left leg and left arm", since="3 hours"),
    condition("Cauda equina syndrome", code="icd10cm G83.4", since="1 day"),
    report("MRI whole spine", "Cord compression at T8.", at="3 hours"),
    vital_capacity(1.0),
    condition("Unable to walk", since="1 day"),
)

DENIED = named(
    "no",
    exam("Saddle numbness", answer=False),
    exam("Absent ankle jerks", answer=False),
    exam("Sensory level", answer=False),
    exam("Back pain", answer=False),
    exam("Fever", answer=False),
    exam("Facial weakness", answer=False),
    exam("Leg weakness", answer=False, at="3 days"),
    condition("Urinary retention", code="snomed 267064002", since="1 day", verification="refuted"),
    loss_of_bladder_control(ruled_out=True),
    condition("Cauda equina syndrome", code="icd10cm G83.4", since="1 day", verification="refuted"),
    condition("Cerebral infarction", code="icd10cm I63.9", since="3 days", verification="refuted"),
    condition("Weakness of right leg", since="4 days", verification="refuted"),
    observation("Shortness of breath", valueString="No"),
    observation("History", valueString="Denies saddle numbness, bladder or bowel change, and back pain"),
)

OTHER = named(
    "other",
    condition("Low back pain", code="icd10cm M54.50", since="20 days"),
    condition("Sciatica, left side", code="icd10cm M54.32", since="10 days"),
    condition("Bilateral sciatica", since="10 days"),
    condition("Numbness of feet", since="4 days"),
    condition("Diarrhoea", since="15 days"),
    condition("Muscle soreness of both thighs", since="1 day"),
    condition("First gym session: unaccustomed exercise", since="2 days"),
    condition("Breast cancer", code="icd10cm C50.919", since="2 years"),
    condition("Urinary tract infection", code="icd10cm N39.0", since="2 days"),
    on_problem_list("Multiple sclerosis", code="icd10cm G35", since="6 years"),
    on_problem_list("Type 2 diabetes", code="icd10cm E11.9", since="8 years"),
    on_problem_list("Sequelae of cerebral infarction", code="icd10cm I69.30", since="3 years"),
    on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="2 years"),
    condition("Guillain-Barré syndrome", code="icd10cm G61.0", since="9 days"),
    exam("Brisk reflexes"),
    exam("Positive straight leg raise"),
    potassium(2.2, "meq/L", at="5 hours"),
    potassium(4.1, at="2 days"),
    vital_capacity(1100, "mL", at="3 hours"),
    vital_capacity(4.2, at="2 days"),
    glucose(2.1),
    glucose(420, "mg/dL"),
    temperature(38.7),
    temperature(101.9, "[degF]"),
    measured("Body weight", 70, "kg", code="loinc 29463-7", at="20 days"),
    measured("Creatine kinase", 9000, "U/L", code="loinc 2157-6"),
    medicine("atorvastatin 40 mg tablet", code="rxnorm 83367"),
    medicine("apixaban 5 mg tablet", code="rxnorm 1364430"),
    medicine("prednisolone 30 mg"),
    report("MRI lumbar spine", "Severe canal stenosis at L4/5.", at="5 days"),
    procedure("Lumbar puncture", at="3 days"),
)

NOISE = named(
    "noise",
    condition("Myopia", since="3 years"),
    condition("Contact dermatitis of the hand", since="6 days"),
    condition("Family history of Guillain-Barré syndrome", since="1 day"),
    condition("Family history of stroke", code="icd10cm Z82.3", since="1 day"),
    measured("Body height", 171, "cm", code="loinc 8302-2"),
    report("Chest X-ray", "Lungs clear.", at="3 hours"),
    procedure("Extraction of tooth", at="2 days"),
    resource(
        "FamilyMemberHistory",
        status="completed",
        relationship={"text": "mother"},
        condition=[{"code": {"text": "Weakness of both legs"}}],
    ),
    resource("AllergyIntolerance", code={"text": "Statin: leg weakness and urinary retention"}),
    resource("Goal", lifecycleStatus="active", description={"text": "Walks without leg weakness"}),
    resource(
        "ServiceRequest",
        status="active",
        intent="order",
        code={"text": "MRI whole spine"},
        reasonCode=[{"text": "Cauda equina syndrome? Urinary retention, saddle numbness"}],
    ),
    resource("CarePlan", status="active", intent="plan", title="Severe leg weakness, sensory level"),
)

STRANGERS = named(
    "stranger",
    condition("Weakness of both legs", since="1 day", subject=SOMEBODY_ELSE),
    RETENTION | {"subject": SOMEBODY_ELSE},
    potassium(1.9) | {"subject": SOMEBODY_ELSE},
)

PERSON: Resource = {"resourceType": "Patient", "id": PATIENT, "birthDate": "1971-03-01", "gender": "female"}


@dataclass(frozen=True)
class Chart:
    """What one patient's record holds, the Patient among it."""

    patient: str
    resources: tuple[Resource, ...]

    @property
    def prefetch(self) -> Prefetch:
        return prefetch_from(self.resources, PREFETCH_KEYS)

    def with_(self, *more: Resource) -> Chart:
        return Chart(self.patient, (*self.resources, *more))

    def without(self, one: Resource) -> Chart:
        return Chart(self.patient, tuple(each for each in self.resources if each is not one))

    def of_this_patient(self, added: Resource) -> Resource:
        """A resource of the pool, as if it had been recorded of the patient of this chart."""
        return added | {"subject": {"reference": f"Patient/{self.patient}"}}


@cache
def fixture_chart(name: str) -> Chart:
    resources = tuple(entry["resource"] for entry in fixtures.chart(name, MOMENT)["entry"])
    patient = next(each["id"] for each in resources if each["resourceType"] == "Patient")
    return Chart(patient, resources)


def some(pool: Iterable[Resource], most: int, least: int = 0) -> st.SearchStrategy[list[Resource]]:
    each = st.sampled_from(list(pool))
    return st.lists(each, min_size=least, max_size=most, unique_by=lambda one: one["id"])


@st.composite
def small_charts(draw: Draw) -> Chart:
    parts = (
        draw(some(WEAK, 2)),
        draw(some(RED_FLAG_FINDINGS, 2)),
        draw(some(OTHER, 4)),
        draw(some(DENIED, 2)),
        draw(some((*NOISE, *STRANGERS), 2)),
    )
    return Chart(PATIENT, (PERSON, *(each for part in parts for each in part)))


FIXTURE_CHARTS = st.sampled_from(fixtures.names()).map(fixture_chart)
CHARTS = st.one_of(small_charts(), small_charts(), FIXTURE_CHARTS)


# ---- answers


@cache
def _client() -> FlaskClient:
    return create_app(Settings(), clock=lambda: MOMENT).test_client()


def answer(patient: str, prefetch: Mapping[str, Any]) -> Answer:
    """The JSON that leaves. The moment and the hook instance are fixed: so are asOf and the uuids."""
    call = {
        "hook": "patient-view",
        "hookInstance": "9a3c9a52-7a6b-4d55-8f1c-0f9b5f4f7a11",
        "context": {"patientId": patient, "userId": "Practitioner/ward"},
        "prefetch": prefetch,
    }
    # Not `json=call`, which sorts members and would undo their order.
    body = json.dumps(call)
    response = _client().post("/cds-services/leg-weakness", data=body, content_type="application/json")
    assert response.status_code == 200, response.text
    given_back: Answer = response.get_json()
    return given_back


def answer_for(chart: Chart) -> Answer:
    return answer(chart.patient, chart.prefetch)


def flags(said: Answer) -> dict[str, str]:
    return {flag["id"]: flag["indicator"] for flag in assessment_of(said["cards"]).get("redFlags", [])}


def causes(said: Answer) -> list[str]:
    return [cause["id"] for cause in assessment_of(said["cards"]).get("causes", [])]


def indicators(said: Answer) -> list[str]:
    return [card["indicator"] for card in said["cards"]]


def conclusions(said: Answer) -> tuple[object, ...]:
    return flags(said), indicators(said), causes(said)


def urgency(said: Answer) -> int:
    """critical 3, warning 2, info 1, silence 0."""
    rank = {"info": 1, "warning": 2, "critical": 3}
    return max((rank[each] for each in indicators(said)), default=0)


# ---- how a chart is sent


def bundle(resources: Iterable[Resource]) -> Resource:
    entries = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    whole: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return whole | ({"entry": entries} if entries else {})


def concept_of(one: Resource) -> dict[str, Any]:
    """The code of a resource; the messy chart also has codes that are no concept."""
    code = one.get("code")
    return code if isinstance(code, dict) else {}


def resources_of(value: Mapping[str, Any]) -> list[Resource]:
    return [entry["resource"] for entry in value.get("entry", [])]


@st.composite
def shuffles(draw: Draw, prefetch: Prefetch) -> Prefetch:
    """Keys and entries in another order.

    Every resource of the pool has an id. Left out: two without an id that say different things of one
    instant; there the place in the Bundle decides.
    """
    keys = draw(st.permutations(list(prefetch)))
    return {
        key: bundle(draw(st.permutations(resources_of(prefetch[key])))) if key != "patient" else prefetch[key]
        for key in keys
    }


def members_reversed(value: Any) -> Any:
    """The same JSON, written with its members in the opposite order."""
    if isinstance(value, dict):
        return {name: members_reversed(each) for name, each in reversed(value.items())}
    return [members_reversed(each) for each in value] if isinstance(value, list) else value


@st.composite
def copies(draw: Draw, chart: Chart) -> Prefetch:
    """Some resources twice in their Bundle, to the letter or written differently, or under a further key."""
    prefetch = chart.prefetch
    twice = draw(st.lists(st.sampled_from(chart.resources), min_size=1, max_size=6))
    for each in twice:
        copy = members_reversed(each) if draw(st.booleans()) else each
        own = next((key for key, types in PREFETCH_KEYS.items() if each["resourceType"] in types), "")
        key = own if own not in ("", "patient") and draw(st.booleans()) else "again"
        prefetch[key] = bundle([*resources_of(prefetch.get(key, {})), copy])
    return prefetch


@st.composite
def splits(draw: Draw, prefetch: Prefetch) -> Prefetch:
    """One key in up to three parts under other names; an empty search has nothing to be told by."""
    full = [key for key, value in prefetch.items() if key != "patient" and resources_of(value)]
    assume(full)
    key = draw(st.sampled_from(full))
    resources = resources_of(prefetch[key])
    parts: list[list[Resource]] = [[], [], []]
    for each in resources:
        parts[draw(st.integers(0, 2))].append(each)
    renamed = {f"site-search-{number}": bundle(part) for number, part in enumerate(parts) if part}
    others = {name: value for name, value in prefetch.items() if name != key}
    return renamed | others if draw(st.booleans()) else others | renamed


@given(st.data(), CHARTS)
@thorough
def test_the_order_of_entries_and_keys_never_changes_the_cards(data: st.DataObject, chart: Chart) -> None:
    assert answer(chart.patient, data.draw(shuffles(chart.prefetch))) == answer_for(chart)


@given(st.data(), CHARTS)
@thorough
def test_a_resource_that_comes_twice_never_changes_the_cards(data: st.DataObject, chart: Chart) -> None:
    assert answer(chart.patient, data.draw(copies(chart))) == answer_for(chart)


@given(st.data(), CHARTS)
@thorough
def test_a_search_split_over_renamed_keys_never_changes_the_cards(data: st.DataObject, chart: Chart) -> None:
    assert answer(chart.patient, data.draw(splits(chart.prefetch))) == answer_for(chart)


# ---- what says nothing of the patient's legs


def concluded_and_said(said: Answer) -> tuple[object, ...]:
    """With the summaries. Not the whole card: noise may be the newest of the data ("based on data up to"),
    and that another patient's resources came is said."""
    assessment = assessment_of(said["cards"])
    summaries = [card["summary"] for card in said["cards"]]
    return summaries, indicators(said), assessment.get("redFlags"), assessment.get("causes")


@given(st.data(), CHARTS)
@thorough
def test_noise_never_changes_what_is_concluded(data: st.DataObject, chart: Chart) -> None:
    """Up to two resources of another patient: three, and none of this one, are told as the wrong chart."""
    noise = [chart.of_this_patient(each) for each in data.draw(some(NOISE, 4, least=1))]
    strangers = data.draw(some(STRANGERS, 2))
    here = {each["id"] for each in chart.resources}
    assume(not any(each["id"].startswith("stranger") for each in chart.resources))
    added = [each for each in (*noise, *strangers) if each["id"] not in here]
    prefetch = chart.prefetch
    for each in added:
        # Not under the key of another type: in an otherwise empty search that says that keys were moved.
        key = next((key for key, types in PREFETCH_KEYS.items() if each["resourceType"] in types), "more")
        prefetch[key] = bundle([*resources_of(prefetch.get(key, {})), each])
    assert concluded_and_said(answer(chart.patient, prefetch)) == concluded_and_said(answer_for(chart))


# ---- units and clocks

Converted = tuple[float, str, str]
_UNITS: Mapping[tuple[str, str], Callable[[float], Converted]] = {
    ("2823-3", "mmol/L"): lambda value: (value, "mEq/L", "meq/L"),
    ("2823-3", "meq/L"): lambda value: (value, "mmol/L", "mmol/L"),
    ("19868-9", "L"): lambda value: (value * 1000, "mL", "mL"),
    ("19868-9", "mL"): lambda value: (value / 1000, "L", "L"),
    ("2345-7", "mmol/L"): lambda value: (value * 18.016, "mg/dL", "mg/dL"),
    ("2345-7", "mg/dL"): lambda value: (value / 18.016, "mmol/L", "mmol/L"),
    ("8310-5", "Cel"): lambda value: (value * 9 / 5 + 32, "°F", "[degF]"),
    ("8310-5", "[degF]"): lambda value: ((value - 32) * 5 / 9, "°C", "Cel"),
}


def in_the_other_unit(one: Resource) -> Resource:
    """The same measurement as another laboratory would write it, with its reference range."""
    codes = [str(coding.get("code")) for coding in concept_of(one).get("coding", [])]
    convert = next((found for code in codes if (found := _conversion(code, one))), None)
    return one if convert is None else _with_quantities(one, convert)


def _conversion(code: str, one: Resource) -> Callable[[float], Converted] | None:
    return _UNITS.get((code, one.get("valueQuantity", {}).get("code", "")))


def _with_quantities(value: Any, convert: Callable[[float], Converted]) -> Any:
    if isinstance(value, list):
        return [_with_quantities(each, convert) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("value"), int | float):
        number, unit, code = convert(value["value"])
        return value | {"value": round(number, 3), "unit": unit, "code": code}
    return {name: _with_quantities(each, convert) for name, each in value.items()}


MEASURED = named(
    "measured",
    *(potassium(value) for value in (1.8, 2.4, 3.2, 4.4, 6.1, 7.2)),
    *(vital_capacity(value) for value in (0.9, 1.3, 2.2, 4.4)),
    *(glucose(value) for value in (1.7, 2.6, 5.5, 14.0, 29.0)),
    *(temperature(value) for value in (35.1, 36.8, 37.6, 38.3, 39.9)),
)


@given(st.data(), CHARTS)
@thorough
def test_the_unit_of_a_measurement_never_changes_the_conclusions(data: st.DataObject, chart: Chart) -> None:
    """The card quotes the value as it was written, so the words may differ."""
    more = [chart.of_this_patient(each) for each in data.draw(some(MEASURED, 2))]
    whole = chart.with_(*more)
    other = Chart(chart.patient, tuple(in_the_other_unit(each) for each in whole.resources))
    assume(other != whole)
    assert conclusions(answer_for(other)) == conclusions(answer_for(whole))


ZONES = st.sampled_from([-720, -480, -210, 0, 60, 345, 570, 840])


@given(CHARTS, ZONES)
@thorough
def test_the_clock_of_another_country_never_changes_the_cards(chart: Chart, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    there = rewritten(list(chart.resources), lambda moment: moment.astimezone(zone).isoformat())
    assert answer_for(Chart(chart.patient, tuple(there))) == answer_for(chart)


# ---- what is taken away or added


def says_no(one: Resource) -> bool:
    """Answered no, refuted, or a text that begins with a denial."""
    verification = one.get("verificationStatus", {}).get("coding", [{}])[0].get("code")
    words = (str(one.get("valueString", "")), str(concept_of(one).get("text", "")))
    denied = any(re.match(r"(?i)no\b|denie[sd]\b", each) for each in words)
    return one.get("valueBoolean") is False or verification == "refuted" or denied


ENDS_AN_EPISODE = "no-7"
"""Leg weakness answered no, some days ago. It stays in the charts and is never the one taken away: after it
weakness begins anew, so without it the weakness of today may be an old one, which is less urgent."""


@given(st.data(), CHARTS)
@thorough
def test_a_denial_less_never_lowers_the_urgency(data: st.DataObject, chart: Chart) -> None:
    here = {each["id"] for each in chart.resources}
    more = [each for each in data.draw(some(DENIED, 2)) if each["id"] not in here]
    whole = chart.with_(*map(chart.of_this_patient, more))
    denials = [each for each in whole.resources if says_no(each) and each["id"] != ENDS_AN_EPISODE]
    assume(denials)
    less = whole.without(data.draw(st.sampled_from(denials)))
    assert urgency(answer_for(less)) >= urgency(answer_for(whole))


@given(CHARTS, st.sampled_from(RED_FLAG_FINDINGS))
@thorough
def test_a_red_flag_finding_more_never_takes_the_red_flag_away(chart: Chart, finding: Resource) -> None:
    """It may turn critical into a warning, where the new finding explains the old ones otherwise."""
    before, after = answer_for(chart), answer_for(chart.with_(chart.of_this_patient(finding)))
    if flags(before):
        assert flags(after)
        assert urgency(after) >= 2
