"""Every metric by its name, with its labels; docs/watching.md tells operators what each is for.

Labels take their values from closed lists (`labels`): codes of ours, names of the settings and the content.
Nothing that a call brings is ever a label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PREFIX = "legweakness_"

Kind = Literal["counter", "histogram", "sum", "least", "most"]
"""A counter, a histogram, or a number of now, and how the numbers of several workers become one."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; a counter is exposed with `_total` behind its name, a histogram in its usual parts."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    says: str

    @property
    def exposed(self) -> str:
        """As Prometheus sees it; of a histogram the part that counts."""
        return self.name + {"counter": "_total", "histogram": "_count"}.get(self.kind, "")


def _metric(name: str, kind: Kind, labels: str, says: str) -> Metric:
    return Metric(PREFIX + name, kind, tuple(labels.split()), says)


METRICS: tuple[Metric, ...] = (
    # Hook calls.
    _metric("hook_calls", "counter", "client outcome", "Hook calls answered with 200."),
    _metric("hook_call_seconds", "histogram", "way outcome", "From the call's first byte to its cards."),
    _metric("cards", "counter", "topic indicator", "Cards shown."),
    _metric("cards_acknowledged", "counter", "topic indicator", "Cards not shown again, as acknowledged."),
    _metric("prefetch", "counter", "resource_type state", "What the prefetch gave of a resource type."),
    _metric("fetches", "counter", "result", "Searches that the prefetch lacked, by what became of each."),
    _metric("unread", "counter", "red_flag_possible", "Parts of a record that could not be assessed."),
    _metric("calls_not_assessed", "counter", "", "Calls with an unread part that could hold a red flag."),
    _metric("stage_failures", "counter", "stage", "Stages of the main path that failed by a defect."),
    # What was refused.
    _metric("refusals", "counter", "error", "Requests refused, by the code of the error."),
    _metric("untrusted", "counter", "reason", "Tokens refused, by reason."),
    # Feedback and the database.
    _metric("feedback", "counter", "outcome reason", "Items of feedback that were stored, repeats too."),
    _metric("journal_written", "counter", "", "Calls written to the journal."),
    _metric("journal_lost", "counter", "", "Calls that never got into the journal."),
    _metric("journal_failures", "counter", "", "Tries to write the journal that failed."),
    _metric("journal_waiting", "sum", "", "Calls that wait to be written to the journal."),
    _metric("audit_written", "counter", "sink", "Audit events that a sink has taken."),
    _metric("audit_lost", "counter", "sink", "Audit events that never got to a sink."),
    _metric("audit_failures", "counter", "sink", "Tries to write audit events that failed."),
    _metric("audit_waiting", "sum", "sink", "Audit events that wait for a sink."),
    _metric("replay_checks", "counter", "answer", "Whether tokens were used before."),
    _metric("acknowledgement_checks", "counter", "answer", "Calls that asked what was acknowledged."),
    # The state of the service.
    _metric("ready", "least", "part", "1 where every worker finds the part well, else 0."),
    _metric("self_test_passed", "least", "", "1 where the self-test gave the expected cards, else 0."),
    _metric("keys_at_hand", "least", "client", "1 where every worker has keys of the client, else 0."),
    _metric("content_info", "sum", "version digest", "Workers that answer with this content."),
    _metric("build_info", "sum", "version python", "Workers of this version."),
    _metric("memory_bytes", "sum", "", "Memory in use by all workers."),
    _metric("memory_bytes_largest", "most", "", "Memory in use by the largest worker."),
    _metric("start_time_seconds", "least", "", "When the oldest worker started, in seconds since 1970."),
)
BY_NAME = {each.name.removeprefix(PREFIX): each for each in METRICS}
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
"""Seconds: 0.3 is what a call with a full prefetch may take, 2.0 the usual budget of one that fetches."""
