"""The cards on the wire, and that no failure of the service passes for "nothing to say"."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from cards import assessment, card, extension
from cards.findings import Chart
from cds_service import answer, fixtures, hooks
from cds_service.app import Service
from tests.wire.calls import SERVICE, call, cards, condition, empty_members, everything, post, refusal

SECRET = "Snowdrop"
STROKE = everything(
    conditions=condition("sudden weakness of right arm and right leg", onset="2099-01-01"),
)


def stroke(client: FlaskClient) -> list[dict[str, Any]]:
    made = fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
    found: list[dict[str, Any]] = post(client, made).get_json()["cards"]
    return found


def breaks(*_: Any, **__: Any) -> Any:
    raise KeyError(f"{SECRET} of Mrs {SECRET}")


def test_a_card_has_all_that_an_ehr_needs_to_show_and_to_file_it(client: FlaskClient) -> None:
    first, *others = stroke(client)
    for each in (first, *others):
        UUID(each["uuid"])
        assert 0 < len(each["summary"]) < 140
        assert each["indicator"] in {"info", "warning", "critical"}
        assert each["source"]["label"]
        assert each["source"]["topic"]["system"] == "urn:x-leg-weakness-cds:topic"
        assert each["source"]["topic"]["code"].isalnum()
        assert all({"system", "code", "display"} == reason.keys() for reason in each["overrideReasons"])
        assert "selectionBehavior" not in each
    assert first["indicator"] == "critical"
    assert len({each["uuid"] for each in (first, *others)}) == len(others) + 1


def test_only_the_first_card_carries_the_assessment(client: FlaskClient) -> None:
    first, *others = stroke(client)
    extension = first["extension"]["org.leg-weakness-cds.assessment"]
    assert extension["content"]["digest"].startswith("sha256:")
    assert extension["redFlags"][0]["id"] == "rf_stroke"
    assert others
    assert not any("org.leg-weakness-cds.assessment" in each["extension"] for each in others)


def test_nothing_null_or_empty_leaves(client: FlaskClient) -> None:
    assert not list(empty_members({"cards": stroke(client)}))
    gap = {name: value for name, value in everything().items() if name != "conditions"}
    assert not list(empty_members({"cards": cards(client, gap)}))


def test_the_check_for_empty_members_can_fail() -> None:
    assert list(empty_members({"cards": [{"a": None, "b": {"c": []}, "d": "", "e": {}}]})) == [
        "$.cards[0].a",
        "$.cards[0].b.c",
        "$.cards[0].d",
        "$.cards[0].e",
    ]


def test_a_repeated_call_repeats_its_uuids_and_another_call_has_others(client: FlaskClient) -> None:
    gap = {name: value for name, value in everything().items() if name != "conditions"}
    (first,), (again,) = cards(client, gap), cards(client, gap)
    (other,) = cards(client, gap, hookInstance="another")
    assert first["uuid"] == again["uuid"] != other["uuid"]


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (answer, "read_record"),
        (assessment, "find_red_flags"),
        (assessment, "with_differential"),
        (card, "write_red_flag_card"),
        (card, "write_differential_card"),
        (card, "write_incomplete_card"),
    ],
)
def test_a_failing_step_is_never_silence(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: Any,
    step: str,
) -> None:
    monkeypatch.setattr(module, step, breaks)
    found = stroke(client)
    assert found
    assert any(each["source"]["topic"]["code"] == "LegWeaknessIncomplete" for each in found)
    assert not list(empty_members({"cards": found}))
    assert SECRET not in json.dumps(found)
    assert SECRET not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (assessment, "with_differential"),
        (card, "write_differential_card"),
        (card, "write_incomplete_card"),
        (extension, "machine_readable"),
    ],
)
def test_a_failure_elsewhere_cannot_take_the_red_flag_with_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    monkeypatch.setattr(module, step, breaks)
    assert stroke(client)[0]["indicator"] == "critical"


def test_a_chart_that_cannot_be_read_at_all_is_not_a_quiet_one(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(service.desk.evidence), "read", breaks)
    (only,) = cards(client, everything())
    assert only["source"]["topic"]["code"] == "LegWeaknessIncomplete"


def test_a_defect_outside_the_stages_is_500_without_its_message(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hooks, "response", breaks)
    response = post(client, call())
    said = refusal(response)
    assert (said["status"], said["code"]) == (500, "internal-error")
    logged = capsys.readouterr().err
    assert "KeyError" in logged
    assert SECRET not in response.text + logged


def test_the_moment_of_the_assessment_is_the_call(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    monkeypatch.setattr(service, "clock", lambda: moment)
    seen = []

    def note(chart: Chart, knowledge: Any, as_of: Any) -> Any:
        seen.append(as_of)
        return real(chart, knowledge, as_of)

    real = assessment.find_red_flags
    monkeypatch.setattr(assessment, "find_red_flags", note)
    cards(client, everything())
    assert seen == [moment]


def test_one_line_is_logged_per_call_and_nothing_of_the_patient(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = everything(conditions=condition(f"sudden weakness of right leg {SECRET}", identity=SECRET))
    chart[SECRET] = "<html>"
    response = client.post(
        f"{SERVICE}?{SECRET}",
        json=call(chart, context={"patientId": SECRET}),
        headers={"Authorization": f"Bearer {SECRET}", "User-Agent": SECRET},
    )
    logged = capsys.readouterr().err
    lines = [json.loads(line) for line in logged.splitlines() if "hook call" in line]
    assert len(lines) == 1
    assert lines[0]["request"] == response.headers["X-Request-Id"]
    assert lines[0]["hook_instance"] == "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
    assert lines[0]["user_given"] is False
    assert lines[0]["states"]["Observation"] == "empty"
    assert lines[0]["digest"].startswith("sha256:")
    assert {"record", "evidence", "red flags", "differential"} <= lines[0]["durations_ms"].keys()
    assert SECRET not in logged


def test_a_hook_instance_that_is_no_uuid_is_not_logged(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    post(client, call(hookInstance=f"call for {SECRET}"))
    assert SECRET not in capsys.readouterr().err


EPIC = "com.epic.cdshooks.request.bpa-trigger-action"


@pytest.mark.parametrize(
    ("extension", "logged"),
    [
        ({EPIC: "60", "com.epic.cdshooks.request.epic-version": "10.9"}, "60"),
        ({EPIC: 7}, "7"),
        ({EPIC: "Snowdrop"}, None),
        ({EPIC: "19600501123456"}, None),
        ({EPIC: "\u0666"}, None),
        ({EPIC: ["60"]}, None),
        ({EPIC: True}, None),
        ({EPIC: -1}, None),
        ({EPIC: 10**4000}, None),
        ({}, None),
        ([1], None),
        ("Snowdrop", None),
        (5, None),
        (None, None),
    ],
)
@pytest.mark.parametrize("prefetch", [everything(), everything(strange=["no usual shape"])])
def test_what_the_clinician_did_in_epic_is_logged_as_a_number_and_nothing_else(
    client: FlaskClient,
    capsys: pytest.CaptureFixture[str],
    extension: Any,
    logged: str | None,
    prefetch: dict[str, Any],
) -> None:
    assert post(client, call(prefetch, extension=extension)).status_code == 200
    written = capsys.readouterr().err
    (line,) = [json.loads(each) for each in written.splitlines() if '"hook call"' in each]
    assert line["trigger"] == logged
    assert "Snowdrop" not in written
