"""A first look at a resource: most of a chart says nothing about weakness, and is told apart at once.

Whether a code or a text names anything is asked of the same readings that the readers use
(`CodeReader.look`); what is looked at here is only whether a reader would find anything else in the resource.
In doubt it is read. Of a resource that is passed over its date alone counts, for "based on data up to".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import TypeVar

from msgspec import Raw

from cds_service.evidence.asked import is_wordless, waits_for_interpretation
from cds_service.evidence.events import class_rows, is_intensive_care
from cds_service.evidence.open_chart import Met, OpenChart
from cds_service.evidence.silent_rows import says_nothing, written
from cds_service.evidence.thin import NONE, Part, listed, load, member, raws, state_of

# The days that every year has, and the times that every day has: surely a date without reading it.
_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
_SURE = rf"[12][0-9]{{3}}-{_DAY}T{_TIME}"
_DATE = re.compile(_SURE)
_DATES = re.compile(rf"(?:{_SURE}\n)*")
_SHORTEST = len("2026-11-22T10:00:00Z")


K = TypeVar("K", bound=Hashable)


class _Asked(dict[K, bool]):
    """The answers to one question, asked once for each way in which a member is written."""

    def __init__(self, ask: Callable[[K], bool]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, written: K) -> bool:
        answer = self[written] = self._ask(written)
        return answer


def _gives_no_reason(chart: OpenChart, reasons: bytes) -> bool:
    return all(
        chart.codes.look(each).passes and member(load(each), "value") is None for each in raws(Raw(reasons))
    )


def _is_no_stay(chart: OpenChart, kind: bytes) -> bool:
    return not class_rows(chart, Raw(kind))


def _is_no_intensive_care(chart: OpenChart, locations: bytes) -> bool:
    return not any(is_intensive_care(each, chart) for each in listed(load(Raw(locations))))


def _is_refuted(chart: OpenChart, status: bytes) -> bool:
    return not chart.decoded.states_of(Raw(status)).isdisjoint(chart.states["condition_void"])


def _is_silent(chart: OpenChart, written: bytes) -> bool:
    """Whether there is a code or a text, and it names nothing."""
    return bool(written) and chart.codes.look(Raw(written)).passes


def _is_silent_name(chart: OpenChart, written: bytes) -> bool:
    """The same for a name, which is read as one."""
    return bool(written) and chart.codes.look(Raw(written), name=True).passes


def _is_one_of(states: tuple[str, ...], status: str) -> bool:
    return state_of(status) in states


class FirstLook:
    """Looks at the resources of one chart, before they are read."""

    def __init__(self, chart: OpenChart) -> None:
        self._chart = chart
        self._passed: list[tuple[str, Met]] = []
        # The questions know the chart, not who asks: nothing refers back, so that all is let go at once.
        self._silent, self._silent_name, self._refuted, self._no_reason, self._no_stay, self._no_icu = (
            _Asked(partial(question, chart))
            for question in (
                _is_silent,
                _is_silent_name,
                _is_refuted,
                _gives_no_reason,
                _is_no_stay,
                _is_no_intensive_care,
            )
        )
        self._silent_row = _Asked(partial(says_nothing, chart))
        self._states = {name: _Asked(partial(_is_one_of, states)) for name, states in chart.states.items()}

    def passes_over(self, met: Met) -> bool:
        """Whether nothing in the resource can become a finding, or has to be told."""
        look = _LOOKS.get(met.kind)
        return look is not None and look(self, met, met.part)

    def undated(self) -> list[Met]:
        """Notes the dates of what was passed over; gives back what has to be read in full for its date."""
        texts = [text for text, _ in self._passed]
        odd: list[Met] = []
        if not _DATES.fullmatch("".join([f"{text}\n" for text in texts])):
            odd = [met for text, met in self._passed if not _DATE.fullmatch(text)]
            texts = list(filter(_DATE.fullmatch, texts))
        self._chart.saw_all(texts)
        return odd

    def _observation(self, met: Met, part: Part) -> bool:
        return (
            self._silent_name[bytes(part.code)]
            and (self._is_silent_number(part) if is_wordless(part) else self._is_silent_row(part))
            and self._has_state(part, "observation_void") is False
            and self._passes(met, part.effective_date_time)
        )

    def _is_silent_number(self, part: Part) -> bool:
        return part.component is part.body_site is NONE and not waits_for_interpretation(part)

    def _is_silent_row(self, part: Part) -> bool:
        row = written(part)
        return row is not None and self._silent_row[row]

    def _condition(self, met: Met, part: Part) -> bool:
        onset, recorded = part.onset_date_time, part.recorded_date
        if (
            onset is None
            and part.onset_period is part.onset_age is part.onset_range is part.onset_string is NONE
        ):
            onset = recorded
        return (
            self._silent[bytes(part.code)]
            and part.body_site is NONE
            and not self._refuted[bytes(part.verification_status)]
            and self._passes(met, onset)
            and (onset == recorded or self._passes(met, recorded))
        )

    def _medication(self, met: Met, part: Part) -> bool:
        return (
            self._silent_name[bytes(part.medication_codeable_concept)]
            and part.medication_reference is part.medication is NONE
            and part.do_not_perform is None
            and bool(
                self._has_state(part, "medication_active") or self._has_state(part, "medication_stopped")
            )
            and (part.intent is None or state_of(part.intent) in self._chart.states["medication_intents"])
            and self._passes(met, part.authored_on)
        )

    def _procedure(self, met: Met, part: Part) -> bool:
        if not self._silent[bytes(part.code)] or not self._has_state(part, "procedure_counts"):
            return False
        if part.performed_date_time is not None or not part.performed_period:
            return self._passes(met, part.performed_date_time)
        done = self._chart.dates.during(load(part.performed_period))
        self._chart.saw(done)
        return done is not None

    def _report(self, met: Met, part: Part) -> bool:
        look = self._chart.codes.look
        return (
            self._silent_name[bytes(part.code)]
            and self._has_state(part, "report_void") is False
            and look(part.conclusion, report=True).passes
            and look(part.conclusion_code, report=True).passes
            and self._passes(met, part.effective_date_time)
        )

    def _encounter(self, met: Met, part: Part) -> bool:
        return (
            part.reason_reference is part.diagnosis is NONE
            and self._no_reason[bytes(part.reason_code or part.reason)]
            and self._no_stay[bytes(part.class_)]
            and self._no_icu[bytes(part.location)]
            and bool(self._has_state(part, "encounter_counts"))
            and self._passes(met, member(load(part.period), "start"))
        )

    def _passes(self, met: Met, text: object) -> bool:
        """Keeps its date, where that is likely one."""
        if not isinstance(text, str) or len(text) < _SHORTEST:
            return False
        self._passed.append((text, met))
        return True

    def _has_state(self, part: Part, states: str) -> bool | None:
        """Whether its status is one of those; None for an odd one."""
        status = part.status
        return self._states[states][status] if isinstance(status, str) else None


_LOOKS: Mapping[str, Callable[[FirstLook, Met, Part], bool]] = {
    "Observation": FirstLook._observation,
    "Condition": FirstLook._condition,
    "Encounter": FirstLook._encounter,
    "MedicationRequest": FirstLook._medication,
    "MedicationStatement": FirstLook._medication,
    "MedicationAdministration": FirstLook._medication,
    "Procedure": FirstLook._procedure,
    "DiagnosticReport": FirstLook._report,
}
