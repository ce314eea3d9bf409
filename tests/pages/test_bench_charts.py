"""Charts that somebody pastes or uploads to the test bench, and rubbish, which gets a message that helps."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.app import Service
from cds_service.bench.charts import of_document
from cds_service.bench.documents import NotAChart, documents
from cds_service.bench.ehr import FULL, call_of
from tests.pages.conftest import served
from tests.pages.reading import (
    QUIET,
    SADDLE,
    Forms,
    call,
    cards,
    chart,
    ndjson,
    paste,
    problem,
    request_of,
    section,
    send,
    upload,
    words,
)
from tests.wire.calls import condition, patient

MOST = 1024 * 1024


@pytest.fixture
def expected(client: FlaskClient) -> list[tuple[str, str]]:
    return cards(client.get(f"/?chart={SADDLE}"))


def test_a_bundle_a_list_and_ndjson_give_the_cards_of_the_chart(
    client: FlaskClient, expected: list[tuple[str, str]]
) -> None:
    resources = [entry["resource"] for entry in chart()["entry"]]
    for document in (json.dumps(chart(), indent=2), json.dumps(resources), ndjson(SADDLE)):
        page = paste(client, document)
        assert page.status_code == 200
        assert cards(page) == expected
        assert request_of(page)["context"]["patientId"] == "lw-saddle"


def test_a_file_may_be_packed(client: FlaskClient, expected: list[tuple[str, str]]) -> None:
    assert cards(upload(client, json.dumps(chart()).encode())) == expected
    assert cards(upload(client, gzip.compress(ndjson(SADDLE).encode()), "chart.ndjson.gz")) == expected
    assert cards(upload(client, b"\xef\xbb\xbf" + json.dumps(chart()).encode())) == expected


def test_a_call_is_sent_as_it_is(client: FlaskClient, expected: list[tuple[str, str]]) -> None:
    odd = call() | {"unknown": "member"}
    page = paste(client, json.dumps(odd))
    assert request_of(page) == odd
    assert cards(page) == expected
    assert "the call was sent as it was given" in words(page.text)


def test_a_call_that_the_service_refuses_is_shown_as_refused(client: FlaskClient) -> None:
    odd = {name: value for name, value in call().items() if name != "hookInstance"}
    page = paste(client, json.dumps(odd))
    shown = words(section(page, "cards"))
    assert "The service refused this call (400 BAD REQUEST)" in shown
    assert "not-a-hook-call" in shown
    assert "hookInstance" in shown
    assert paste(client, '{"hook": 5, "context": []}').status_code == 200


def test_an_ehr_can_behave_in_any_way_with_a_pasted_chart(
    client: FlaskClient, bench: Service, expected: list[tuple[str, str]]
) -> None:
    for document in (json.dumps(chart()), json.dumps(call())):
        left_out = request_of(paste(client, document, ehr="missing", part="conditions"))
        assert "conditions" not in left_out["prefetch"]
        page = paste(client, document, ehr="fhir")
        assert request_of(page)["fhirServer"].startswith(f"http://127.0.0.1:{bench.settings.port}/demo/held/")
        assert cards(page) == expected


def test_what_was_pasted_is_still_there_to_be_changed(client: FlaskClient) -> None:
    document = json.dumps(chart(), indent=1)
    assert ("document", document) in Forms(paste(client, document), "/#cards").fields


def test_of_several_patients_one_is_chosen(client: FlaskClient, expected: list[tuple[str, str]]) -> None:
    several = ndjson(QUIET, SADDLE)
    page = paste(client, several)
    assert page.status_code == 200
    assert "It holds 2 patients" in words(page.text)
    assert "Synthetic Picker" in words(page.text)
    chosen = send(client, "/", {"document": several, "patient": "lw-saddle"})
    assert cards(chosen) == expected
    assert {entry["resource"]["id"] for entry in request_of(chosen)["prefetch"]["conditions"]["entry"]} == {
        entry["resource"]["id"]
        for entry in chart()["entry"]
        if entry["resource"]["resourceType"] == "Condition"
    }
    assert cards(send(client, "/", {"document": several, "patient": "lw-quiet"})) == []
    other = paste(client, several, patient="somebody")
    assert other.status_code == 400
    assert "no patient with the id" in problem(other)


def test_whose_chart_it_is_can_be_said_where_no_patient_stands_in_it(client: FlaskClient) -> None:
    alone = json.dumps(condition("Leg weakness", onset=datetime.now(UTC).isoformat()))
    page = paste(client, alone)
    assert page.status_code == 400
    assert "enter the patient’s id" in problem(page).replace("'", "’")
    assert cards(paste(client, alone, patient="p1"))


def test_medicines_that_prescriptions_name_go_along() -> None:
    held = of_document(
        json.dumps([patient(), {"resourceType": "Medication", "id": "m"}]).encode(),
        "",
        datetime.now(UTC),
        MOST,
    )
    assert [each["resourceType"] for each in held.resources] == ["Patient", "Medication"]


def test_a_changed_chart_goes_out_in_place_of_what_was_given() -> None:
    """Of a pasted call all else stays, but its instance: the same uuids would mean the same cards."""
    given = of_document(json.dumps(call()).encode(), "", datetime.now(UTC), MOST)
    changed = [patient("lw-saddle"), condition("Foot drop")]
    sent = json.loads(call_of(given, FULL, resources=changed))
    assert sent["prefetch"]["patient"] == changed[0]
    assert [entry["resource"] for entry in sent["prefetch"]["conditions"]["entry"]] == changed[1:]
    assert sent["context"] == call()["context"]
    assert sent["hookInstance"] != call()["hookInstance"]
    assert call_of(given, FULL) == json.dumps(call()).encode()


# Rubbish


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("", "Nothing was given"),
        (" \n ", "Nothing was given"),
        ("Dear colleague, thank you", "Where it breaks: line 1, column 1"),
        ('{\n "resourceType": "Bundle",\n "entry": [,]\n}', "Where it breaks: line 3, column 12"),
        ('{"resourceType": "Bundle", "entry": [', "Where it breaks: line 1, column 38"),
        ('{"resourceType": "Patient", "id": NaN}', "NaN is no number of JSON"),
        ('{"resourceType": "Patient", "n": ' + "9" * 5000 + "}", "that can be read"),
        ('{"resourceType": "Patient", "id": "a"}\n{"resourceType": \n', "line 2, column 18"),
        ("<Patient xmlns='http://hl7.org/fhir'/>", "looks like XML or HTML"),
        ("[" * 300 + "]" * 300, "more than 200 deep"),
        ("7", "no object with a resourceType"),
        ('["Snowdrop"]', "item 1 of the list is no object"),
        ('{"name": "Snowdrop"}', "neither a resourceType nor a hook"),
        ("[]", "no Patient"),
        ('{"resourceType": "Bundle"}', "no Patient"),
        ('{"resourceType": "Patient"}', "no id that FHIR allows"),
        ('{"resourceType": "Patient", "id": "Snow drop"}', "no id that FHIR allows"),
    ],
)
def test_rubbish_gets_a_message_that_says_where_and_what_was_expected(
    client: FlaskClient, document: str, says: str
) -> None:
    page = paste(client, document)
    assert page.status_code == 400
    assert says in problem(page)
    assert "Snowdrop" not in problem(page)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"resourceType": "Patient", "id": "\xff"}', "not text in UTF-8, from byte 36"),
        (b"\x1f\x8b rubbish", "cannot be unpacked"),
        (gzip.compress(b"{}" * 1000, mtime=0)[:-12], "ends too early"),
    ],
)
def test_files_that_are_no_text_are_told_from_others(client: FlaskClient, content: bytes, says: str) -> None:
    page = upload(client, content)
    assert page.status_code == 400
    assert says in problem(page)


def test_odd_shapes_inside_are_left_to_the_service(client: FlaskClient) -> None:
    """Whatever stands in an entry, the page shows an answer and no failure of its own."""
    odd: list[Any] = [
        None,
        5,
        {"resource": 5},
        {"resource": {"resourceType": 7}},
        {"resource": condition("x")},
    ]
    odd += [{"resource": {"resourceType": "Condition", "id": [1], "code": {"coding": 5, "text": {}}}}]
    odd += [{"resource": {"resourceType": "Patient", "id": "p1", "name": [{"given": [5], "family": {}}]}}]
    odd += [{"resource": {"resourceType": "Condition", "code": {"text": "half \ud83d"}}}]
    for way in ("full", "fhir"):
        page = paste(client, json.dumps({"resourceType": "Bundle", "entry": odd}), ehr=way)
        assert page.status_code == 200
        assert "The service refused" not in page.text


def test_what_is_too_large_is_refused_however_it_comes() -> None:
    with served(max_body_bytes=100_000) as service:
        client = service.test_client()
        for page in (
            paste(client, "x" * 300_000),
            paste(client, "x" * 110_000),
            upload(client, gzip.compress(b" " * 10_000_000)),
        ):
            assert page.status_code == 413
            assert "larger than 100000 bytes" in problem(page)
        assert paste(client, json.dumps(chart(QUIET))).status_code == 200


def test_a_small_file_never_unpacks_to_a_large_one() -> None:
    bomb = gzip.compress(gzip.compress(b" " * 1000) + b" " * 50_000_000) + gzip.compress(b" " * 50_000_000)
    with pytest.raises(NotAChart) as refused:
        documents(bomb, MOST)
    assert refused.value.status == 413


def test_a_pasted_chart_of_some_megabytes_is_no_trouble(client: FlaskClient) -> None:
    """Flask takes half a megabyte in a field of a form unless told otherwise."""
    large = chart()
    large["entry"][1]["resource"]["text"] = {"status": "generated", "div": "x" * 2_000_000}
    page = paste(client, json.dumps(large))
    assert page.status_code == 200
    assert cards(page)[0][0] == "critical"
    assert "It is too long for a page" in page.text
