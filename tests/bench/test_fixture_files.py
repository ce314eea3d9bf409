"""A changed chart as a fixture: unpacked among the others it is as good as they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from cds_service import fixtures
from cds_service.bench.change import ChangeRefused, parse
from cds_service.bench.changes import apply
from cds_service.bench.fixture_files import Made, fixture_folder
from cds_service.bench.what_if import in_words
from cds_service.explain_json import as_json
from cds_service.explained import explained
from cds_service.places import fixtures_folder
from cds_service.recording import MOMENT
from cds_service.settings import Settings
from tests.bench.beds import KNOWLEDGE, PATIENT, READER
from tests.bench.test_differences import desk
from tests.clinical import test_fixture_answers
from tests.content import test_fixtures

BASE_URL = Settings().base_url
LOOKED_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""In the morning: a fixture is recorded in the afternoon, whenever somebody looks."""
CHANGES = (
    "add:urinary_retention:today",
    "add:potassium:2.3 mmol/L:2h",
    "add:onset_gradual",
    "add:age_years:71",
)


def answer_at(body: bytes, as_of: datetime) -> dict[str, Any]:
    told = explained(body, desk(), as_of)
    return {"cards": as_json(told, desk().links)["cards"]}


def made(source: str, changes: Sequence[str], now: datetime = LOOKED_AT) -> Made:
    chart = [entry["resource"] for entry in fixtures.chart(source, now)["entry"]]
    after = apply(chart, [parse(each) for each in changes], now, READER)
    words = [in_words(each, KNOWLEDGE) for each in changes]
    return Made(source, after, fixtures.call(source, now)["context"], now, words)


def unpacked(packed: bytes, folder: Path) -> str:
    """The name of the folder that was unpacked among the others."""
    shutil.copytree(fixtures_folder(), folder, dirs_exist_ok=True)
    with ZipFile(BytesIO(packed)) as files:
        files.extractall(folder)
        (name,) = {each.partition("/")[0] for each in files.namelist()}
    return name


SOURCES = ("sciatica-with-weak-ankle", "sudden-right-sided-weakness", "paralysis-with-low-potassium")


@pytest.mark.parametrize("source", SOURCES)
def test_an_unpacked_fixture_passes_every_test_of_a_fixture(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = unpacked(fixture_folder(made(source, CHANGES), answer_at, BASE_URL), tmp_path)
    for module in (fixtures, test_fixtures):
        monkeypatch.setattr(module, "fixtures_folder", lambda: tmp_path)
    monkeypatch.setattr(test_fixtures, "NAMES", [*test_fixtures.NAMES, name])
    test_fixtures.rendered.cache_clear()
    test_fixtures.test_every_folder_tells_a_situation()
    test_fixtures.test_no_id_is_used_twice_in_all_charts()
    test_fixtures.test_every_call_has_a_hook_instance_of_its_own()
    for check in (
        test_fixtures.test_a_situation_has_a_chart_a_call_and_a_short_story_and_nothing_else,
        test_fixtures.test_the_story_tells_the_age_of_the_patient,
        test_fixtures.test_a_chart_is_valid_fhir_r4,
        test_fixtures.test_the_patient_comes_first_and_once_and_is_marked_as_test_data,
        test_fixtures.test_a_chart_has_the_size_of_a_small_real_one,
        test_fixtures.test_a_full_address_ends_in_type_and_id,
        test_fixtures.test_every_reference_is_found_in_the_chart,
        test_fixtures.test_every_resource_is_about_the_patient,
        test_fixtures.test_every_coding_has_system_code_and_display,
        test_fixtures.test_a_chart_holds_no_absolute_date,
        test_fixtures.test_the_day_of_a_finding_does_not_flip_in_the_afternoon,
        test_fixtures.test_a_call_is_about_the_patient_of_the_chart,
        test_fixtures.test_a_call_repeats_nothing_of_the_chart,
        test_fixtures.test_a_call_carries_every_resource_that_the_service_asks_for_once,
        test_fixtures.test_the_prefetched_searches_are_valid_fhir,
    ):
        check(name)
    for moment in test_fixtures.MOMENTS:
        test_fixtures.test_a_chart_renders_on_every_day_of_the_calendar(name, moment)
        test_fixtures.test_the_patient_keeps_the_age(name, moment)
    for moment in (MOMENT, datetime(2027, 3, 1, 13, 0, tzinfo=UTC)):
        test_fixture_answers.test_the_answer_is_the_recorded_one(name, moment)
    test_fixtures.rendered.cache_clear()


def test_the_changes_stand_in_the_chart_and_in_the_story(tmp_path: Path) -> None:
    name = unpacked(fixture_folder(made(SOURCES[0], CHANGES), answer_at, BASE_URL), tmp_path)
    assert name == "sciatica-with-weak-ankle-changed"
    story = (tmp_path / name / "story.md").read_text(encoding="utf-8")
    assert story.startswith(
        "A 71-year-old, made on the test bench from the fixture sciatica-with-weak-ankle."
    )
    assert "Added: urinary retention (new), today; Added: potassium, 2.3 mmol/L, 2 hours ago" in story
    chart = (tmp_path / name / "chart.json").read_text(encoding="utf-8")
    assert '"effectiveDateTime": "{{now-2h}}"' in chart
    assert '"birthDate": "{{birth-71y}}"' in chart
    assert "rf_ces" in (tmp_path / name / "expected.json").read_text(encoding="utf-8")


def test_the_same_chart_gives_the_same_folder() -> None:
    assert fixture_folder(made(SOURCES[0], CHANGES), answer_at, BASE_URL) == fixture_folder(
        made(SOURCES[0], CHANGES), answer_at, BASE_URL
    )


def test_a_pasted_chart_has_its_instants_put_on_the_whole_minute_in_utc(tmp_path: Path) -> None:
    seen = {
        "resourceType": "Observation", "id": "Temp_1", "status": "final", "code": {"text": "Fever"},
        "subject": {"reference": "Patient/bed-7"}, "effectiveDateTime": "2026-11-22T09:30:17+01:00",
    }  # fmt: skip
    given = Made("", [seen, PATIENT], {"userId": "Practitioner/me"}, LOOKED_AT, ())
    name = unpacked(fixture_folder(given, answer_at, BASE_URL), tmp_path)
    assert name == "pasted-chart-changed"
    chart = json.loads((tmp_path / name / "chart.json").read_text(encoding="utf-8"))
    patient, fever = (entry["resource"] for entry in chart["entry"])
    assert patient["birthDate"] == "{{birth-56y}}"
    assert fever["effectiveDateTime"] == "{{now-30m}}"
    assert fever["id"] == "lw-pasted-chart-changed-temp-1"
    assert fever["subject"] == {"reference": f"Patient/{patient['id']}"}


def test_a_chart_that_cannot_be_a_fixture_is_refused_with_the_reason() -> None:
    with pytest.raises(ChangeRefused, match="needs its Patient"):
        fixture_folder(Made("", [], {}, LOOKED_AT, ()), answer_at, BASE_URL)
    told = PATIENT | {"name": [{"text": "Seen on 8 Nov 2026"}]}
    with pytest.raises(ChangeRefused, match="cannot be kept as a fixture: 8 Nov 2026"):
        fixture_folder(Made("", [told], {}, LOOKED_AT, ()), answer_at, BASE_URL)
