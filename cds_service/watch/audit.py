"""That a record was used, and for whom: told to a site's audit in the background, where the settings say so.

docs/audit.md says what is guaranteed. Nothing here keeps an answer waiting, nor takes a card away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec
import structlog

from cds_service.background import BackgroundWriter
from cds_service.errors import RecordUnavailable
from cds_service.hooks import HookCall
from cds_service.sent import Sent
from cds_service.settings import Settings
from cds_service.sorting import State
from cds_service.watch import labels
from cds_service.watch.audit_event import MINOR, SERIOUS, SUCCESS, Happened, Here, Outcome, events

if TYPE_CHECKING:
    from cds_service.answer import Answer, Desk

CAPACITY = 5_000
"""Events that may wait for a sink, in each worker: at most some 40 MB, usually a quarter of that."""
LAST_SECONDS = 3.0
"""For what is left when the process ends. With the event that is on its way then, and the last one that is
begun (`POST_SECONDS` each), it ends before the process would be killed (`server.KILL_AFTER_SECONDS`)."""
_USED = {State.GIVEN, State.PARTIAL}

log = structlog.get_logger()


class Sink(Protocol):
    """Where events go."""

    name: str
    batch: int

    def write(self, events: Sequence[bytes]) -> None:
        """Raises `AuditUnavailable` or `EntryRefused`."""

    def close(self) -> None: ...


class AuditWriter(BackgroundWriter[bytes]):
    """Events on their way to one sink."""

    def __init__(self, sink: Sink, capacity: int = CAPACITY, last_seconds: float = LAST_SECONDS) -> None:
        super().__init__(
            f"audit-{sink.name}", sink.write, capacity=capacity, batch=sink.batch, last_seconds=last_seconds
        )
        self._sink = sink

    def close(self) -> None:
        super().close()
        self._sink.close()

    def _log_not_written(self, reason: str, *, waiting: int, lost: int) -> None:
        log.error("audit not written", source=self._sink.name, reason=reason, waiting=waiting, lost=lost)

    def _log_written_again(self, count: int) -> None:
        log.info("audit is written again", source=self._sink.name, count=count)


class Audit:
    """Of one worker; threads and connections are made in it, so after the fork."""

    def __init__(self, settings: Settings) -> None:
        """Raises `SettingsRefused` where a sink could not work."""
        self.writers = {each.name: AuditWriter(each) for each in _sinks(settings)}
        self._service = settings.base_url
        self._version = labels.built()

    @property
    def failing(self) -> bool:
        """Whether the last try to write to one of the sinks failed."""
        return any(each.failing for each in self.writers.values())

    def hook_call(
        self, call: HookCall, desk: Desk, moment: datetime, sent: Sequence[Sent], done: Answer
    ) -> None:
        """A call that was answered from a record; incomplete where stages failed."""
        states = done.record.states if done.record else {}
        told = {
            "mode": done.showing.mode,
            "resource types": ", ".join(sorted(kind for kind, state in states.items() if state in _USED)),
            "content": f"{desk.knowledge.version} {desk.knowledge.digest}",
        }
        failed = ", ".join(f"{each} failed" for each in done.failed_stages)
        outcome = Outcome(SERIOUS, failed) if failed else Outcome(SUCCESS)
        self._put(Happened(call, desk.client, moment, sent, outcome, told))

    def without_record(self, call: HookCall, desk: Desk, moment: datetime, sent: Sequence[Sent]) -> None:
        """A call that brought nothing to assess; the EHR's server may have been asked all the same."""
        self._put(Happened(call, desk.client, moment, sent, Outcome(MINOR, RecordUnavailable.code), {}))

    def close(self) -> None:
        """For tests: a process closes by ending."""
        for each in self.writers.values():
            each.close()

    def _put(self, of: Happened) -> None:
        if not self.writers:
            return
        request_id = str(structlog.contextvars.get_contextvars().get("request", ""))
        for event in events(of, Here(self._service, self._version, request_id)):
            written = msgspec.json.encode(event)
            for each in self.writers.values():
                each.put(written)


def _sinks(settings: Settings) -> Iterator[Sink]:
    """Those that the settings name; what they need is loaded with the first. Raises `SettingsRefused`."""
    if settings.audit is None:
        return
    from cds_service.watch.audit_sinks import FhirSink, FileSink

    if settings.audit.url is not None:
        yield FhirSink(settings.audit, settings.audit.url, in_production=settings.in_production)
    if settings.audit.file is not None:
        yield FileSink(settings.audit.file)
