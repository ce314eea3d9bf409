"""The charts of the benchmark are what its figures claim: realistic, reproducible, and with a red flag."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from fhir.resources.R4B import get_fhir_model_class

from benchmarks import __main__ as command
from benchmarks import charts, tokens
from benchmarks.contestants import CONTESTANTS, through_wsgi
from benchmarks.naive import create_app as naive_app
from cards import knowledge
from cards.knowledge import Knowledge
from cds_service.answer import Desk
from cds_service.app import create_app
from cds_service.settings import Settings

NOW = datetime(2026, 11, 20, 14, 41, 37, tzinfo=UTC)
SIZES = (20, 300)
CODED = ("code", "vaccineCode", "medicationCodeableConcept")
"""Where a resource says what it is about."""

each_size = pytest.mark.parametrize("size", SIZES)


@cache
def content() -> Knowledge:
    return knowledge.load()


@cache
def record(size: int, seed: int = 1) -> list[dict[str, Any]]:
    return charts.resources(size, seed, NOW, content())


def subjects(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (resource[key] for key in CODED if key in resource)


def stands_in_content(resource: dict[str, Any]) -> bool:
    return any(
        content().codes.lookup(content().systems[coding["system"]], coding["code"])
        for subject in subjects(resource)
        for coding in subject.get("coding", ())
    )


def has_text_only(resource: dict[str, Any]) -> bool:
    return any("coding" not in subject for subject in subjects(resource))


@each_size
def test_a_chart_has_as_many_resources_as_asked_for(size: int) -> None:
    assert len(record(size)) == size
    assert len({resource["id"] for resource in record(size)}) == size


@pytest.mark.parametrize("size", [*SIZES, 3000])
def test_every_resource_is_as_long_as_those_of_a_real_chart(size: int) -> None:
    lengths = [len(msgspec.json.encode(resource)) for resource in record(size)]
    assert min(lengths) >= 800
    assert max(lengths) <= 1500


@each_size
def test_some_entries_have_a_code_of_the_content_some_a_text_only_most_neither(size: int) -> None:
    coded = sum(map(stands_in_content, record(size)))
    texts = sum(map(has_text_only, record(size)))
    assert coded >= 0.05 * size
    assert texts >= 0.05 * size
    assert coded + texts < size / 2


def test_a_chart_holds_every_kind_of_resource_and_mostly_observations() -> None:
    types = [resource["resourceType"] for resource in record(300)]
    assert set(types) >= {"Patient", "Condition", "Encounter", "MedicationRequest", "Procedure"}
    assert set(types) >= {"DiagnosticReport", "Immunization"}
    assert types.count("Observation") > 100


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_chart() -> None:
    first = charts.body(20, 1, NOW, content())
    assert charts.body(20, 1, NOW, content()) == first
    assert charts.body(20, 2, NOW, content()) != first


def test_no_chart_of_a_series_comes_twice_so_that_nobody_gains_by_remembering_one() -> None:
    series = charts.Series(20, 1, NOW, content())
    first, *others = [*series(2), *series(3)]
    assert first == charts.body(20, 1, NOW, content())
    assert len({first, *others}) == 5


def test_what_people_type_does_not_repeat() -> None:
    typed = [each["conclusion"] for each in record(300) if "conclusion" in each]
    typed += [note["text"] for each in record(300) for note in each.get("note", ())]
    typed += [each["code"]["text"] for each in record(300) if "coding" not in each.get("code", {"coding": 1})]
    typed = [text for text in typed if "noted" in text]
    assert len(typed) == len(set(typed)) > 20


def test_the_dates_count_from_the_moment_passed() -> None:
    later = NOW + timedelta(days=100)
    onsets = [
        max(
            datetime.fromisoformat(each["onsetDateTime"])
            for each in charts.resources(20, 1, moment, content())
            if "onsetDateTime" in each
        )
        for moment in (NOW, later)
    ]
    assert onsets[1] - onsets[0] == timedelta(days=100)


def test_a_chart_is_valid_fhir_so_that_the_naive_service_does_not_refuse_it() -> None:
    call = charts.call(40, 1, NOW, content())
    for value in call["prefetch"].values():
        model = get_fhir_model_class(value["resourceType"])
        assert isinstance(model.model_validate(value), model)  # raises for what is not valid


@pytest.mark.parametrize("seed", [1, 2, 3])
@each_size
def test_the_service_finds_the_red_flag(size: int, seed: int) -> None:
    service = through_wsgi(create_app(Settings()))
    answer = service(charts.body(size, seed, datetime.now(UTC), content()))
    charts.must_be_critical(answer)
    assert b'"indicator":"critical"' in answer


def test_an_answer_without_the_red_flag_is_not_timed() -> None:
    with pytest.raises(RuntimeError, match="red flag"):
        charts.must_be_critical(b'{"cards": []}')


@pytest.mark.parametrize("seed", [1, 2, 3])
@each_size
def test_a_quiet_chart_is_answered_without_a_card(size: int, seed: int) -> None:
    service = through_wsgi(create_app(Settings()))
    body = charts.body(size, seed, datetime.now(UTC), content(), quiet=True)
    assert b"Saddle" not in body
    charts.must_be_quiet(service(body))


def test_a_quiet_chart_with_a_card_is_not_timed() -> None:
    with pytest.raises(RuntimeError, match="weak leg"):
        charts.must_be_quiet(b'{"cards": [{"summary": "A weak leg"}]}')


def test_the_naive_service_finds_the_same_entries() -> None:
    answer = through_wsgi(naive_app())(charts.body(20, 1, NOW, content()))
    assert b"Retention of urine" in answer


def test_a_refused_call_is_not_timed() -> None:
    with pytest.raises(RuntimeError, match="400"):
        through_wsgi(create_app(Settings()))(b"{}")


def test_every_part_of_the_record_that_the_service_asks_for_is_given() -> None:
    wanted = {each.key for each in Desk.ready(Settings()).wanted}
    assert wanted <= charts.call(20, 1, NOW, content())["prefetch"].keys()


def test_one_command_prints_the_figures_of_every_contestant() -> None:
    result = CliRunner().invoke(command.main, ["--sizes", "20", "--rounds", "1", "--profile", "3", "--json"])
    assert result.exit_code == 0, result.output
    figures = msgspec.json.decode(result.stdout)
    (measured,) = figures["measured"]
    assert measured["timed"].keys() == CONTESTANTS.keys()
    assert figures["ratios_to_baseline"]["20"].keys() == {"service", "naive"}
    assert len(figures["hot_spots"]["20"]) == 3


def test_the_cost_of_a_token_is_measured_beside_its_signature() -> None:
    result = CliRunner().invoke(tokens.main, ["--rounds", "1", "--json"])
    assert result.exit_code == 0, result.output
    costs = msgspec.json.decode(result.stdout)
    assert [each["algorithm"] for each in costs] == ["RS384", "ES384"]
    for each in costs:
        assert each["beyond_signature"] == each["verified"] - each["signature"]
        assert min(each["signature"], each["refused"], each["verified_once"]) > 0


def test_a_chart_too_small_for_the_red_flag_is_refused() -> None:
    result = CliRunner().invoke(command.main, ["--sizes", "5"])
    assert result.exit_code == 2
    assert "at least 20" in result.stderr
