"""The synthetic charts are valid FHIR, hang together, and mean the same on every day of the calendar."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cds_service import fixtures
from cds_service.places import fixtures_folder

NAMES = fixtures.names()
NOT_VALID_FHIR = "messy-chart"
NOTHING_RECORDED = "everything-empty"
CONFORMANT = [name for name in NAMES if name != NOT_VALID_FHIR]

AFTERNOON = datetime(2026, 11, 20, 14, 41, 37, tzinfo=UTC)
MOMENTS = [
    AFTERNOON,
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),  # leap day
    datetime(2028, 6, 8, 12, 0, tzinfo=UTC),  # 100 days after a leap day: the birthday is 29 February
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),  # New Year
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # European clocks go forward
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # and back
    datetime(2026, 3, 8, 2, 30, tzinfo=timezone(timedelta(hours=-5))),  # American clocks go forward
    datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-4))),  # and back
]

each_chart = pytest.mark.parametrize("name", NAMES)
each_valid_chart = pytest.mark.parametrize("name", CONFORMANT)


@cache
def rendered(name: str, now: datetime = AFTERNOON) -> dict[str, Any]:
    return fixtures.chart(name, now)


def resources(chart: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in chart["entry"]]


def members(json_value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of every object, at any depth."""
    if isinstance(json_value, dict):
        for key, value in json_value.items():
            yield key, value
            yield from members(value)
    elif isinstance(json_value, list):
        for value in json_value:
            yield from members(value)


def source(name: str, file: str = "chart.json") -> str:
    return (fixtures_folder() / name / file).read_text(encoding="utf-8")


# What is checked of a chart; each function returns what is wrong.


def not_conformant(chart: dict[str, Any]) -> list[str]:
    wrong = []
    for each in [chart, *resources(chart)]:
        try:
            get_fhir_model_class(each["resourceType"]).model_validate(each)
        except ValidationError as error:
            wrong.append(f"{each['resourceType']}/{each['id']}: {error}")
    return wrong


def dangling(chart: dict[str, Any]) -> list[str]:
    """References to what the Bundle does not hold; an address elsewhere would be one too."""
    there = {f"{each['resourceType']}/{each['id']}" for each in resources(chart)}
    named = {value for key, value in members(chart) if key == "reference"}
    return sorted(named - there)


def of_someone_else(chart: dict[str, Any]) -> list[str]:
    """Resources about another than the Patient at the top, or about nobody."""
    patient, *others = resources(chart)
    own = {"reference": f"Patient/{patient['id']}"}
    return [each["id"] for each in others if each.get("subject", each.get("patient")) != own]


def absolute_dates(text: str) -> list[str]:
    months = "|".join(fixtures.MONTHS)
    return re.findall(rf"\b(?:1[89]|20)\d\d-\d\d(?:-\d\d)?|\b(?:{months})\w* (?:1[89]|20)\d\d", text)


def flips_in_the_afternoon(text: str) -> list[str]:
    """Placeholders whose day depends on the hour even from 12:00 to 23:59 UTC."""
    units = {"h": 60, "m": 1}
    found = re.findall(r"(\{\{now-(\d+)([hm])\}\})", text)
    return [placeholder for placeholder, count, unit in found if int(count) * units[unit] % 1440 > 720]


def future_dates(chart: dict[str, Any], now: datetime) -> list[str]:
    start = fixtures.moment(now)
    return [
        value
        for _, value in members(chart)
        if isinstance(value, str)
        and re.match(r"\d{4}-\d\d-\d\d", value)
        and value[:19] > start.isoformat()[: len(value[:19])]
    ]


def incomplete_codings(chart: dict[str, Any]) -> list[Any]:
    codings = [coding for key, value in members(chart) if key == "coding" for coding in value]
    return [coding for coding in codings if not {"system", "code", "display"} <= set(coding)]


# The files


def test_every_folder_tells_a_situation() -> None:
    folders = {each.name for each in fixtures_folder().iterdir()}
    assert folders == set(NAMES)
    assert len(NAMES) >= 24


@each_chart
def test_a_situation_has_a_chart_a_call_and_a_short_story_and_nothing_else(name: str) -> None:
    files = {each.name for each in (fixtures_folder() / name).iterdir()}
    assert files - {"expected.json"} == {"chart.json", "call.json", "story.md"}
    lines = source(name, "story.md").splitlines()
    assert 2 <= len(lines) <= 4
    assert "The service should" in source(name, "story.md")


@each_chart
def test_the_story_tells_the_age_of_the_patient(name: str) -> None:
    (age,) = re.findall(r"\{\{birth-(\d+)y\}\}", source(name))
    assert f"{age}-year-old" in source(name, "story.md")


# The charts


@each_valid_chart
def test_a_chart_is_valid_fhir_r4(name: str) -> None:
    assert not_conformant(rendered(name)) == []


def test_the_messy_chart_is_not_valid_fhir_in_many_places_yet_its_red_flag_is() -> None:
    messy = rendered(NOT_VALID_FHIR)
    wrong = " ".join(not_conformant(messy))
    assert len(not_conformant(messy)) >= 10
    assert "Condition/lw-messy-hemiparesis:" not in wrong
    assert of_someone_else(messy) == ["lw-messy-someone-else", "lw-messy-subject-is-text"]


@each_chart
def test_the_patient_comes_first_and_once_and_is_marked_as_test_data(name: str) -> None:
    chart = rendered(name)
    assert chart["type"] == "collection"
    assert [each["resourceType"] for each in resources(chart)].count("Patient") == 1
    patient = resources(chart)[0]
    assert patient["resourceType"] == "Patient"
    assert patient["meta"]["security"][0]["code"] == "HTEST"


@each_chart
def test_a_chart_has_the_size_of_a_small_real_one(name: str) -> None:
    assert 12 <= len(resources(rendered(name))) <= 30 or name == NOTHING_RECORDED


def test_no_id_is_used_twice_in_all_charts() -> None:
    ids = [each["id"] for name in NAMES for each in resources(rendered(name))]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"lw-[a-z0-9-]{1,61}", each) for each in ids)


@each_chart
def test_a_full_address_ends_in_type_and_id(name: str) -> None:
    for entry in rendered(name)["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"].endswith(f"/{resource['resourceType']}/{resource['id']}")


@each_valid_chart
def test_every_reference_is_found_in_the_chart(name: str) -> None:
    assert dangling(rendered(name)) == []


@each_valid_chart
def test_every_resource_is_about_the_patient(name: str) -> None:
    assert of_someone_else(rendered(name)) == []


@each_chart
def test_every_coding_has_system_code_and_display(name: str) -> None:
    language = "urn:ietf:bcp:47"
    found = [each for each in incomplete_codings(rendered(name)) if each["system"] != language]
    assert found == []


# The dates


@each_chart
def test_a_chart_holds_no_absolute_date(name: str) -> None:
    impossible = ["2026-02-31"] if name == NOT_VALID_FHIR else []
    assert absolute_dates(source(name)) == impossible
    assert absolute_dates(source(name, "call.json")) == []
    assert absolute_dates(source(name, "story.md")) == []


@each_chart
def test_the_day_of_a_finding_does_not_flip_in_the_afternoon(name: str) -> None:
    assert flips_in_the_afternoon(source(name)) == []


@pytest.mark.parametrize("now", MOMENTS, ids=str)
@each_chart
def test_a_chart_renders_on_every_day_of_the_calendar(name: str, now: datetime) -> None:
    text = json.dumps(fixtures.chart(name, now))
    assert "{{" not in text
    assert future_dates(fixtures.chart(name, now), now) == []


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_a_chart_stays_valid_fhir_on_every_day_of_the_calendar(now: datetime) -> None:
    assert not_conformant(fixtures.chart("sudden-right-sided-weakness", now)) == []


@pytest.mark.parametrize("now", MOMENTS, ids=str)
@each_chart
def test_the_patient_keeps_the_age(name: str, now: datetime) -> None:
    (age,) = re.findall(r"\{\{birth-(\d+)y\}\}", source(name))
    born = date.fromisoformat(resources(fixtures.chart(name, now))[0]["birthDate"])
    today = now.astimezone(UTC).date()
    assert today.year - born.year - ((today.month, today.day) < (born.month, born.day)) == int(age)


# The calls


@each_chart
def test_a_call_is_about_the_patient_of_the_chart(name: str) -> None:
    call = fixtures.call(name, AFTERNOON)
    patient, *others = resources(rendered(name))
    assert call["hook"] == "patient-view"
    assert call["context"]["patientId"] == patient["id"]
    assert call["context"]["userId"].startswith("Practitioner/")
    assert call["prefetch"]["patient"] == patient
    visits = {each["id"] for each in others if each["resourceType"] == "Encounter"}
    assert call["context"].get("encounterId", "none") in visits | {"none"}


def test_every_call_has_a_hook_instance_of_its_own() -> None:
    instances = {fixtures.call(name, AFTERNOON)["hookInstance"] for name in NAMES}
    assert len(instances) == len(NAMES)


@each_chart
def test_a_call_repeats_nothing_of_the_chart(name: str) -> None:
    assert set(json.loads(source(name, "call.json"))) == {"hook", "hookInstance", "context", "prefetch"}
    assert "resourceType" not in source(name, "call.json")


@each_chart
def test_a_call_carries_every_resource_that_the_service_asks_for_once(name: str) -> None:
    prefetch = fixtures.call(name, AFTERNOON)["prefetch"]
    carried = [
        entry["resource"]
        for key, bundle in prefetch.items()
        if key != "patient"
        for entry in bundle.get("entry", [])
    ]
    asked = set().union(*fixtures.PREFETCH_KEYS.values()) - {"Patient"}
    wanted = [each for each in resources(rendered(name)) if each["resourceType"] in asked]
    assert sorted(carried, key=lambda each: each["id"]) == sorted(wanted, key=lambda each: each["id"])


@each_valid_chart
def test_the_prefetched_searches_are_valid_fhir(name: str) -> None:
    for bundle in fixtures.call(name, AFTERNOON)["prefetch"].values():
        model = get_fhir_model_class(bundle["resourceType"])
        assert isinstance(model.model_validate(bundle), model)  # raises for what is not valid


def test_every_prefetch_key_is_filled_in_some_situation() -> None:
    calls = [fixtures.call(name, AFTERNOON)["prefetch"] for name in NAMES]
    never = [key for key in fixtures.PREFETCH_KEYS if not any(len(call[key]) > 3 for call in calls)]
    assert never == []


def test_everything_empty_gives_every_key_with_an_empty_search() -> None:
    prefetch = fixtures.call(NOTHING_RECORDED, AFTERNOON)["prefetch"]
    assert prefetch.pop("patient")["resourceType"] == "Patient"
    assert set(prefetch) == set(fixtures.PREFETCH_KEYS) - {"patient"}
    empty = {"resourceType": "Bundle", "type": "searchset", "total": 0}
    assert list(prefetch.values()) == [empty] * len(prefetch)


def test_a_site_may_name_and_group_its_keys_otherwise() -> None:
    chart = [{"resourceType": kind} for kind in ("Patient", "Condition", "Procedure", "Goal")]
    prefetch = fixtures.prefetch_from(chart, {"who": {"Patient"}, "all": {"Condition", "Procedure"}})
    assert prefetch["who"] == {"resourceType": "Patient"}
    assert prefetch["all"]["total"] == 2
    assert fixtures.prefetch_from([], {"who": {"Patient"}}) == {"who": None}


def test_an_unknown_situation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"'\.\./cards'; there are: .*quiet-chart"):
        fixtures.chart("../cards", AFTERNOON)


def test_a_call_must_take_its_prefetch_from_the_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "chart.json").write_text('{"entry": []}', encoding="utf-8")
    (folder / "call.json").write_text('{"prefetch": {}}', encoding="utf-8")
    (folder / "expected.json").write_text(
        '{"asOf": "{{now-1h}}", "url": "{{service}}/explanations/"}', encoding="utf-8"
    )
    monkeypatch.setattr(fixtures, "fixtures_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match="`prefetch` must be"):
        fixtures.call("own", AFTERNOON)
    assert fixtures.expected("own", AFTERNOON, "https://cds.example/cds") == {
        "asOf": "2026-11-20T13:41:00+00:00",
        "url": "https://cds.example/cds/explanations/",
    }


# The grammar


@pytest.mark.parametrize(
    ("placeholder", "text"),
    [
        ("{{now}}", "2026-11-20T14:41:00+00:00"),
        ("{{now-2d}}", "2026-11-18T14:41:00+00:00"),
        ("{{now-5h}}", "2026-11-20T09:41:00+00:00"),
        ("{{now-30m}}", "2026-11-20T14:11:00+00:00"),
        ("{{now+20h}}", "2026-11-21T10:41:00+00:00"),
        ("{{z:now-5h}}", "2026-11-20T09:41:00Z"),
        ("{{today}}", "2026-11-20"),
        ("{{today-20d}}", "2026-10-31"),
        ("{{today+41d}}", "2026-12-31"),
        ("{{birth-71y}}", "1955-08-12"),
        ("{{day:now-18d}}", "02 Nov 2026"),
        ("{{day:now}}", "20 Nov 2026"),
        ("{{minute:now-15h}}", "19 Nov 2026 23:41"),
        ("{{chart}}", "{{chart}}"),
        ("since {{today-1d}}, {{today}}", "since 2026-11-19, 2026-11-20"),
    ],
)
def test_a_placeholder_counts_from_the_whole_minute_in_utc(placeholder: str, text: str) -> None:
    assert fixtures.render(placeholder, AFTERNOON) == text
    assert fixtures.render(placeholder, AFTERNOON.astimezone(timezone(timedelta(hours=13)))) == text


@pytest.mark.parametrize(
    "unknown",
    ["{{tomorrow}}", "{{now-5}}", "{{now - 5h}}", "{{today-5h}}", "{{birth}}", "{{day:today}}", "{{}}"],
)
def test_an_unknown_placeholder_is_refused(unknown: str) -> None:
    with pytest.raises(ValueError, match="is no placeholder"):
        fixtures.render(unknown, AFTERNOON)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        fixtures.render("{{now}}", AFTERNOON.replace(tzinfo=None))


def test_somebody_born_on_29_february_keeps_the_age() -> None:
    assert fixtures.render("{{birth-71y}}", datetime(2028, 6, 8, 12, tzinfo=UTC)) == "1957-02-28"


# From an answer back to placeholders

ANSWER = json.dumps(
    {
        "summary": "Weakness since 18 Nov 2026: review now",
        "detail": "Why shown\n20 Nov 2026 12:41 UTC: Hemiparesis\n2026-11-10, then 01 Mar 2025.",
        "asOf": "2026-11-20T14:41:00+00:00",
        "until": "2026-11-20T12:11:00Z",
        "version": "1.2.0",
        "kept": "2026-02-31, NG127 updated 2023, 3-2026-11-20, 31 Feb 2026",
    }
)
TEMPLATED = json.dumps(
    {
        "summary": "Weakness since {{day:now-2d}}: review now",
        "detail": "Why shown\n{{minute:now-2h}} UTC: Hemiparesis\n{{today-10d}}, then {{day:now-629d}}.",
        "asOf": "{{now}}",
        "until": "{{z:now-150m}}",
        "version": "1.2.0",
        "kept": "2026-02-31, NG127 updated 2023, 3-2026-11-20, 31 Feb 2026",
    }
)


def test_the_dates_of_an_answer_become_placeholders_and_come_back() -> None:
    assert fixtures.template_dates(ANSWER, AFTERNOON) == TEMPLATED
    assert fixtures.render(TEMPLATED, AFTERNOON) == ANSWER


def test_an_answer_of_another_day_has_its_dates_moved() -> None:
    later = fixtures.render(TEMPLATED, AFTERNOON + timedelta(days=41))
    assert "since 29 Dec 2026" in later
    assert "31 Dec 2026 12:41 UTC" in later
    assert '"asOf": "2026-12-31T14:41:00+00:00"' in later


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("on {{today}}", "placeholders already"),
        ("2026-11-20T14:41:07Z", "on the whole minute"),
        ("2026-11-20T14:41:00.25+00:00", "on the whole minute"),
        ("2026-11-20T14:41:00+01:00", "in UTC"),
        ("2026-11-20T14:41:00", "in UTC"),
        ("8 Nov 2026", "two digits"),
    ],
)
def test_what_would_not_come_back_the_same_is_not_recorded(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        fixtures.template_dates(text, AFTERNOON)


def test_the_address_of_the_service_becomes_a_placeholder_and_comes_back() -> None:
    base = "http://127.0.0.1:8000"
    answer = json.dumps(
        {"url": f"{base}/a", "base": base, "other port": f"{base}1/a", "other": f"{base}.org"}
    )
    templated = fixtures.template_address(answer, base)
    assert json.loads(templated) == {
        "url": "{{service}}/a",
        "base": "{{service}}",
        "other port": f"{base}1/a",
        "other": f"{base}.org",
    }
    assert templated.replace("{{service}}", base) == answer


def test_an_answer_with_the_placeholder_in_it_is_not_recorded() -> None:
    with pytest.raises(ValueError, match="already"):
        fixtures.template_address('"{{service}}/a"', "https://cds.example")


def test_no_chart_and_no_call_may_name_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "chart.json").write_text('{"entry": ["{{service}}"]}', encoding="utf-8")
    monkeypatch.setattr(fixtures, "fixtures_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match=r"\{\{service\}\} is no placeholder"):
        fixtures.chart("own", AFTERNOON)


def test_no_recorded_answer_names_the_address_of_a_machine() -> None:
    for file in fixtures_folder().glob("*/expected.json"):
        text = file.read_text(encoding="utf-8")
        assert "127.0.0.1" not in text
        assert text.count("{{service}}/explanations/") == text.count('"url": ')


days_of_a_century = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def moments(from_minute: int = 0) -> st.SearchStrategy[datetime]:
    """Any moment of a century, not before that minute of its day in UTC."""
    midnights = days_of_a_century.map(lambda day: datetime.combine(day, datetime.min.time(), UTC))
    seconds = st.integers(from_minute * 60, 24 * 60 * 60 - 1)
    return st.builds(lambda midnight, second: midnight + timedelta(seconds=second), midnights, seconds)


def in_braces(inner: str) -> str:
    return "{{" + inner + "}}"


@given(
    now=moments(),
    back=st.integers(-40_000, 40_000_000),
    style=st.sampled_from(["now", "z:now", "minute:now", "day:now"]),
)
def test_every_date_comes_back_the_same(now: datetime, back: int, style: str) -> None:
    text = fixtures.render(in_braces(f"{style}{-back:+}m"), now)
    templated = fixtures.template_dates(text, now)
    assert templated != text
    assert fixtures.render(templated, now) == text


@given(
    now=moments(),
    other=moments(),
    days=st.integers(0, 9000),
    style=st.sampled_from(["day:now", "today"]),
)
def test_a_day_moves_with_now_at_any_hour(now: datetime, other: datetime, days: int, style: str) -> None:
    placeholder = in_braces(f"{style}-{days}d")
    templated = fixtures.template_dates(fixtures.render(placeholder, now), now)
    assert fixtures.render(templated, other) == fixtures.render(placeholder, other)


@given(now=moments(720), other=moments(720), days=st.integers(0, 3), hours=st.integers(0, 12))
def test_the_day_of_a_finding_some_hours_old_moves_with_now_in_the_afternoon(
    now: datetime, other: datetime, days: int, hours: int
) -> None:
    placeholder = in_braces(f"day:now-{24 * days + hours}h")
    templated = fixtures.template_dates(fixtures.render(placeholder, now), now)
    assert fixtures.render(templated, other) == fixtures.render(placeholder, other)


# The checks above find what they look for


def test_each_check_notices_what_it_is_there_for() -> None:
    chart = fixtures.chart("quiet-chart", AFTERNOON)
    condition = next(each for each in resources(chart) if each["resourceType"] == "Condition")
    condition["subject"] = {"reference": "Patient/somebody-else"}
    condition["onsetDateTime"] = "2026-11-21"
    condition["clinicalStatus"] = "active"
    condition["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "38341003"}]}
    assert len(not_conformant(chart)) >= 1
    assert dangling(chart) == ["Patient/somebody-else"]
    assert of_someone_else(chart) == [condition["id"]]
    assert future_dates(chart, AFTERNOON) == ["2026-11-21"]
    assert incomplete_codings(chart)[-1]["code"] == "38341003"
    assert absolute_dates('"2026-11-21", 1955-08, 3 November 2026, {{today}}') == [
        "2026-11-21",
        "1955-08",
        "November 2026",
    ]
    assert flips_in_the_afternoon("{{now-5h}} {{now-13h}} {{now-36h}} {{now-800m}} {{now-9d}}") == [
        "{{now-13h}}",
        "{{now-800m}}",
    ]
