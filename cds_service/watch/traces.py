"""Hook calls as OpenTelemetry traces: a span for each call and each stage, with rule ids and counts alone.

Of the extra `otel`; the only module that loads it. Spans are made after the cards, from moments that the main
path kept: nothing of this stands in a call's way, and no header of a caller says to which trace it belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode, set_span_in_context
from opentelemetry.util.types import AttributeValue

from cds_service.watch.labels import built

if TYPE_CHECKING:
    from cds_service.answer import Answer

NAME = "leg-weakness-cds"
Stage = tuple[str, int, int]
"""Its name, when it began and when it ended, in nanoseconds since 1970."""


class Traces:
    """Of one worker. Where to send is told by the library's own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`)."""

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        """Made after the fork, as it has a thread. `exporter` hands in another one, for tests."""
        about = {"service.name": NAME, "service.version": built()}
        self._provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=True)
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(NAME)

    def hook_call(
        self, done: Answer, client: str, stages: Sequence[Stage], content: str, failed: Sequence[str]
    ) -> None:
        """`content` is its version, `failed` are stages, those after the answer too."""
        if not stages:
            return
        begun, ended = min(each[1] for each in stages), max(each[2] for each in stages)
        whole = self._tracer.start_span(
            "hook call", start_time=begun, attributes=_attributes(done, client, content, failed)
        )
        within = set_span_in_context(whole)
        for name, stage_begun, stage_ended in stages:
            span = self._tracer.start_span(name, context=within, start_time=stage_begun)
            if name in failed:
                span.set_status(Status(StatusCode.ERROR))
            span.end(stage_ended)
        if failed:
            whole.set_status(Status(StatusCode.ERROR))
        whole.end(ended)

    def flush(self) -> None:
        """For tests."""
        self._provider.force_flush()

    def close(self) -> None:
        """For tests: a process closes by ending."""
        self._provider.shutdown()


def _attributes(done: Answer, client: str, content: str, failed: Sequence[str]) -> dict[str, AttributeValue]:
    flags = [fired.rule.id for fired in done.assessment.red_flags] if done.assessment else []
    unread = done.chart.unread
    return {
        "cds.client": client,
        "cds.content.version": content,
        "cds.red_flags": flags,
        "cds.cards": [f"{card.key} {card.indicator}" for card in done.cards],
        "cds.acknowledged": [card.topic for card in done.left.left_out],
        "cds.entries": len(done.record.entries) if done.record else 0,
        "cds.findings": len(done.chart.findings),
        "cds.unread": len(unread),
        "cds.unread_red_flag_possible": sum(each.could_hold_red_flag for each in unread),
        "cds.failed_stages": list(failed),
    }
