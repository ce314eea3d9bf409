"""What is watched of one worker: counted as it happens, looked at in the background.

Nothing here can fail a call. What counting can meet (files of its folder, a label that nobody foresaw) is
caught here and said in the log; a defect of it within a hook call fails a stage of its own, after the cards.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import structlog

from cds_service import load
from cds_service.errors import NotTrusted, ServiceError
from cds_service.journal.entries import Feedback
from cds_service.reasons import Reason
from cds_service.settings import Settings
from cds_service.watch import labels, looking, self_test
from cds_service.watch.readiness import Readiness

if TYPE_CHECKING:
    from cds_service.answer import Answer
    from cds_service.app import Service
    from cds_service.watch.metrics import Metrics
    from cds_service.watch.traces import Traces

LOOK_SECONDS = 5.0
"""How old what `/readyz` and the gauges say may be."""
LOG_EVERY = 60.0
NOTHING_ASKED = {
    Reason.NO_SERVER,
    Reason.NOT_REGISTERED,
    Reason.NO_TOKEN,
    Reason.TOKEN_UNUSABLE,
    Reason.TOKEN_OF_ANOTHER_PATIENT,
    Reason.NOT_COVERED,
    Reason.BUSY,
}
COUNTING_FAILED = (OSError, ValueError, LookupError, RuntimeError)

log = structlog.get_logger()


class Watch:
    """Of one worker; threads and counters are made in it, so after the fork."""

    def __init__(self, service: Service) -> None:
        self.readiness = Readiness(service.now)
        self.newer_content_refused = False
        self.traces: Traces | None = None
        self._service = service
        self._tested: self_test.Result | None = None
        self._metrics: Metrics | None = None
        self._folder: Path | None = None
        self._lock = Lock()
        self._thread: Thread | None = None
        self._end = Event()
        self._counted: dict[str, int] = {}
        self._said_at = self._not_before = float("-inf")
        self._started = time.time()

    @property
    def wanted(self) -> bool:
        """Whether anybody may read the metrics."""
        return bool(self._settings.metrics_from)

    @property
    def _settings(self) -> Settings:
        return self._service.settings

    # ---- in the life of a worker

    def test_itself(self) -> self_test.Result:
        """The result of the self-test, run once for each content."""
        if self._tested is None:
            self._tested = self_test.run(self._settings, self._service.desk)
        return self._tested

    def prepare(self) -> None:
        """Before the fork, so that a worker need not: test itself, and load what counts."""
        self.test_itself()
        if self.wanted:
            import cds_service.watch.metrics  # noqa: F401  (loaded for the workers, who inherit it)

    def start(self, folder: Path | None) -> None:
        """In the worker: count in this folder, and look at everything now and then."""
        self._folder = folder
        self._started = time.time()
        if self._settings.traces == "otlp":
            from cds_service.watch.traces import Traces  # of the extra `otel`, and not loaded without need

            self.traces = Traces()
        if self.wanted:
            # What is written or lost at the end of the worker: nobody looks any more by then.
            self._service.journal.writer.at_end = self._publish_unharmed
            for writer in self._service.audit.writers.values():
                writer.at_end = self._publish_unharmed
        self._run_once()

    def close(self) -> None:
        """For tests: a process closes by ending."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()

    def _run_once(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="watch", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._end.is_set():
            self.look()
            self._end.wait(LOOK_SECONDS)

    def look(self) -> None:
        """At every part, each in bounded time."""
        service = self._service
        if service.gate is not None:
            looking.read_missing_keys(service.gate)
        self.readiness.found(
            (
                looking.at_content(newer_refused=self.newer_content_refused),
                looking.at_self_test(self.test_itself()),
                looking.at_database(self._settings, service.journal),
                looking.at_keys(service.gate),
                looking.at_audit(service.audit),
            )
        )
        if self.wanted:
            self._publish_unharmed()

    # ---- what is told

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """As it was found last. Where nothing looks in the background (in tests), it is looked at now."""
        if self._thread is None:
            self.look()
        elif not self._end.is_set():
            self._run_once()
        return self.readiness.told()

    def text(self) -> bytes:
        """All metrics, those of this worker as they are now. Raises `OSError` or `ValueError`."""
        if self._thread is None:
            self.look()
        self._publish()
        return self._counters().text()

    # ---- what is counted

    def hook_call(
        self,
        done: Answer,
        client: str,
        seconds: float,
        stages: Sequence[tuple[str, int, int]] = (),
        failed: Sequence[str] = (),
    ) -> None:
        """One answered call. A defect in here is met by the main path, which has its cards by then.

        `failed`: stages, those after the answer too; they are counted by `failed` alone.
        """
        if self.wanted:
            with self._unharmed():
                self._count_call(self._counters(), done, client, seconds)
        if self.traces is not None:
            self.traces.hook_call(done, client, stages, self._service.desk.knowledge.version, failed)

    def without_a_look(self, client: str, outcome: str) -> None:
        """One call that was answered with no cards and without an assessment: switched off, or silent."""
        if self.wanted:
            with self._unharmed():
                self._counters().count("hook_calls", client, outcome)

    def failed(self, stages: Sequence[str]) -> None:
        """Of one call, when all of it is done."""
        if self.wanted:
            with self._unharmed():
                for stage in stages:
                    self._counters().count("stage_failures", stage)

    def _count_call(self, counters: Metrics, done: Answer, client: str, seconds: float) -> None:
        outcome = _outcome(done)
        counters.count("hook_calls", client, outcome)
        record = done.record
        fetched = record.fetched.values() if record else ()
        asked = any(each not in NOTHING_ASKED for each in fetched)
        counters.time("hook_call_seconds", "fetched" if asked else "prefetched", outcome, seconds=seconds)
        for card in done.shown.cards:
            counters.count("cards", card.topic, card.indicator)
        for card in done.left.left_out:
            counters.count("cards_acknowledged", card.topic, card.indicator)
        for kind, state in record.states.items() if record else ():
            counters.count("prefetch", kind, state.name.lower())
        for result in fetched:
            counters.count("fetches", result)
        possible = sum(each.could_hold_red_flag for each in done.chart.unread)
        if done.chart.unread:
            counters.count("unread", "yes", by=possible)
            counters.count("unread", "no", by=len(done.chart.unread) - possible)
        if possible:
            counters.count("calls_not_assessed")

    def refused(self, error: ServiceError) -> None:
        if not self.wanted:
            return
        with self._unharmed():
            self._counters().count("refusals", error.code)
            if isinstance(error, NotTrusted):
                self._counters().count("untrusted", error.reason)

    def feedback(self, items: Sequence[Feedback]) -> None:
        if not self.wanted:
            return
        with self._unharmed():
            for each in items:
                self._counters().count("feedback", each.outcome, each.reason or labels.NO_REASON)

    # ---- within

    def _counters(self) -> Metrics:
        if self._metrics is None:
            with self._lock:
                if self._metrics is None:
                    self._metrics = self._made()
        return self._metrics

    def _made(self) -> Metrics:
        """Raises `OSError` when there is no room for them, which is not tried again with every call."""
        from cds_service.watch.metrics import Metrics  # not before `serve` has made the folder

        if time.monotonic() < self._not_before:
            raise OSError("no room for the metrics")
        self._not_before = time.monotonic() + LOG_EVERY
        return Metrics(labels.allowed(self._settings, self._service.desk), self._folder)

    def _publish_unharmed(self) -> None:
        with self._unharmed():
            self._publish()

    def _publish(self) -> None:
        counters, service = self._counters(), self._service
        for part in self.readiness.parts:
            counters.now("ready", part.name, value=part.ok)
        counters.now("self_test_passed", value=self.test_itself().passed)
        if service.gate is not None:
            for client, there in looking.keys_at_hand(service.gate).items():
                counters.now("keys_at_hand", client, value=there)
            replays = service.gate.replay.counts
            for answer in labels.REPLAY_ANSWERS:
                self._count_on("replay_checks", answer, so_far=getattr(replays, answer))
        asked = service.acknowledgements.counts
        for answer in labels.LOOKED_UP:
            self._count_on("acknowledgement_checks", answer, so_far=getattr(asked, answer))
        written = service.journal.writer.counts
        self._count_on("journal_written", so_far=written.written)
        self._count_on("journal_lost", so_far=written.lost)
        self._count_on("journal_failures", so_far=written.failures)
        counters.now("journal_waiting", value=service.journal.writer.waiting)
        for sink, writer in service.audit.writers.items():
            self._count_on("audit_written", sink, so_far=writer.counts.written)
            self._count_on("audit_lost", sink, so_far=writer.counts.lost)
            self._count_on("audit_failures", sink, so_far=writer.counts.failures)
            counters.now("audit_waiting", sink, value=writer.waiting)
        content = service.desk.knowledge
        counters.now("content_info", content.version, content.digest, value=1)
        counters.now("build_info", labels.built(), platform.python_version(), value=1)
        memory = load.resident_bytes() or 0
        counters.now("memory_bytes", value=memory)
        counters.now("memory_bytes_largest", value=memory)
        counters.now("start_time_seconds", value=self._started)

    def _count_on(self, name: str, *values: str, so_far: int) -> None:
        """What came to a count that is kept elsewhere."""
        key = " ".join((name, *values))
        with self._lock:
            more = so_far - self._counted.get(key, 0)
            self._counted[key] = so_far
        self._counters().count(name, *values, by=more)

    @contextmanager
    def _unharmed(self) -> Iterator[None]:
        try:
            yield
        except COUNTING_FAILED as error:
            if time.monotonic() - self._said_at >= LOG_EVERY:
                self._said_at = time.monotonic()
                log.error("not counted", error=type(error).__name__)


def _outcome(done: Answer) -> str:
    """Of an answered call: a site that is silent holds back what was found."""
    if done.failed_stages:
        return "failed"
    if done.shown.cards:
        return "card"
    if done.left.left_out:
        return "acknowledged"
    return "held-back" if done.cards else "no-card"
