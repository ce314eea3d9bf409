"""Traces: a span for each stage with ids and counts, and nothing of a patient, whatever comes."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from cds_service import fixtures, settings
from cds_service.app import Service
from cds_service.errors import SettingsRefused
from cds_service.watch.traces import Traces
from tests.docs.test_docs import rows, text
from tests.privacy.asking import a_call, written_in_full
from tests.privacy.canaries import headers, leaked
from tests.wire.calls import SERVICE, call, post


@pytest.fixture
def exporter(service: Service) -> Iterator[InMemorySpanExporter]:
    made = InMemorySpanExporter()
    service.watch.traces = Traces(made)
    yield made
    service.watch.traces.close()


def spans(service: Service, exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    assert service.watch.traces
    service.watch.traces.flush()
    return list(exporter.get_finished_spans())


def times(span: ReadableSpan) -> tuple[int, int]:
    return span.start_time or 0, span.end_time or 0


def test_a_call_is_a_trace_with_a_span_for_each_stage(
    service: Service, client: FlaskClient, exporter: InMemorySpanExporter
) -> None:
    post(client, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC)))
    found = spans(service, exporter)
    (whole,) = [span for span in found if span.parent is None]
    stages = [span for span in found if span is not whole]
    assert whole.name == "hook call"
    assert whole.attributes
    assert whole.attributes["cds.red_flags"] == ("rf_stroke",)
    assert {"record", "evidence", "red flags", "journal"} <= {span.name for span in stages}
    begun, ended = times(whole)
    for span in stages:
        assert span.parent == whole.get_span_context()
        assert begun <= times(span)[0] <= times(span)[1] <= ended
        assert not span.attributes


def test_a_stage_that_failed_is_an_error(
    service: Service, client: FlaskClient, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("Snowdrop")

    monkeypatch.setattr("cards.assessment.with_differential", fail)
    post(client, call())
    failed = {span.name for span in spans(service, exporter) if span.status.status_code is StatusCode.ERROR}
    assert failed == {"hook call", "differential"}


def test_nothing_of_a_patient_is_in_a_span(
    service: Service, client: FlaskClient, exporter: InMemorySpanExporter
) -> None:
    for body in (*map(a_call, fixtures.names()[:8]), written_in_full()):
        assert client.post(SERVICE, json=body, headers=headers()).status_code == 200
    found = spans(service, exporter)
    assert len(found) > 50
    assert [span.name for span in found if leaked(span.to_json())] == []
    assert not any(span.events or span.links for span in found)


def test_the_attributes_are_those_described(
    service: Service, client: FlaskClient, exporter: InMemorySpanExporter
) -> None:
    post(client, call())
    described = rows(text("watching.md").split("## Traces\n")[1].split("\n## ")[0])
    names = {name for span in spans(service, exporter) for name in span.attributes or ()}
    assert set(described) == names


def test_a_trace_that_cannot_be_made_changes_no_answer(service: Service, client: FlaskClient) -> None:
    class Broken:
        def hook_call(self, *_: Any) -> None:
            raise TypeError("a defect")

    service.watch.traces = Broken()  # type: ignore[assignment]
    cards = post(client, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))).get_json()["cards"]
    assert [card["indicator"] for card in cards] == ["critical", "info"]


def test_they_are_off_unless_asked_for(service: Service) -> None:
    service.watch.start(None)
    assert service.watch.traces is None


@pytest.mark.parametrize("missing", [None, ModuleNotFoundError("opentelemetry")])
def test_without_the_library_the_service_refuses_to_start(
    monkeypatch: pytest.MonkeyPatch, missing: Exception | None
) -> None:
    def find(_: str) -> None:
        if missing:
            raise missing

    monkeypatch.setattr(importlib.util, "find_spec", find)
    with pytest.raises(SettingsRefused, match=re.escape("leg-weakness-cds[otel]")):
        settings.load(traces="otlp")
    assert settings.load().traces == "off"


def test_with_the_library_it_starts() -> None:
    assert settings.load(traces="otlp").traces == "otlp"
