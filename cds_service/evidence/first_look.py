"""A first look at a resource: most of a chart says nothing about weakness, and is told apart at once.

Whether a code or a text names anything is asked of the same readings that the readers use
(`CodeReader.look`); what is looked at here is only whether a reader would find anything else in the resource.
In doubt it is read. Of a resource that is passed over its date alone counts, for "based on data up to".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec import Raw

from cds_service.evidence.asked import is_wordless, waits_for_interpretation
from cds_service.evidence.events import CLASSES, class_code, is_intensive_care
from cds_service.evidence.open_chart import Met, OpenChart
from cds_service.evidence.thin import NONE, Part, listed, load, member, raws, state_of, states_of

# The days that every year has, and the times that every day has: surely a date without reading it.
_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
_SURE = rf"[12][0-9]{{3}}-{_DAY}T{_TIME}"
_DATE = re.compile(_SURE)
_DATES = re.compile(rf"(?:{_SURE}\n)*")
_SHORTEST = len("2026-11-22T10:00:00Z")


class FirstLook:
    """Looks at the resources of one chart, before they are read."""

    def __init__(self, chart: OpenChart) -> None:
        self._chart = chart
        self._passed: list[tuple[str, Met]] = []
        self._silent: dict[tuple[bytes, bool], bool] = {}
        self._known: dict[tuple[str, object], bool] = {}

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
            self._is_silent(part.code, name=True)
            and is_wordless(part)
            and part.component is part.body_site is NONE
            and not waits_for_interpretation(part)
            and self._has_state(part, "observation_void") is False
            and self._passes(met, part.effective_date_time)
        )

    def _condition(self, met: Met, part: Part) -> bool:
        onset, recorded = part.onset_date_time, part.recorded_date
        if (
            onset is None
            and part.onset_period is part.onset_age is part.onset_range is part.onset_string is NONE
        ):
            onset = recorded
        return (
            self._is_silent(part.code)
            and part.body_site is NONE
            and not self._once("refuted", part.verification_status, self._is_refuted)
            and self._passes(met, onset)
            and (onset == recorded or self._passes(met, recorded))
        )

    def _medication(self, met: Met, part: Part) -> bool:
        return (
            self._is_silent(part.medication_codeable_concept, name=True)
            and part.medication_reference is part.medication is NONE
            and part.do_not_perform is None
            and bool(
                self._has_state(part, "medication_active") or self._has_state(part, "medication_stopped")
            )
            and (part.intent is None or state_of(part.intent) in self._chart.states["medication_intents"])
            and self._passes(met, part.authored_on)
        )

    def _procedure(self, met: Met, part: Part) -> bool:
        if not self._is_silent(part.code) or not self._has_state(part, "procedure_counts"):
            return False
        if part.performed_date_time is not None or not part.performed_period:
            return self._passes(met, part.performed_date_time)
        done = self._chart.dates.during(load(part.performed_period))
        self._chart.saw(done)
        return done is not None

    def _report(self, met: Met, part: Part) -> bool:
        looks = (
            self._chart.codes.look(each, report=True) for each in (part.conclusion, part.conclusion_code)
        )
        return (
            self._is_silent(part.code, name=True)
            and self._has_state(part, "report_void") is False
            and all(each.passes for each in looks)
            and self._passes(met, part.effective_date_time)
        )

    def _encounter(self, met: Met, part: Part) -> bool:
        return (
            part.reason_reference is part.diagnosis is NONE
            and self._once("reason", part.reason_code or part.reason, self._gives_no_reason)
            and self._once("class", part.class_, self._is_no_stay)
            and self._once("location", part.location, self._is_no_intensive_care)
            and bool(self._has_state(part, "encounter_counts"))
            and self._passes(met, member(load(part.period), "start"))
        )

    def _gives_no_reason(self, reasons: Raw) -> bool:
        return all(
            self._chart.codes.look(each).passes and member(load(each), "value") is None
            for each in raws(reasons)
        )

    def _is_no_stay(self, kind: Raw) -> bool:
        return not self._chart.knowledge.codes.lookup(CLASSES, class_code(kind))

    def _is_no_intensive_care(self, locations: Raw) -> bool:
        return not any(is_intensive_care(each, self._chart) for each in listed(load(locations)))

    def _is_refuted(self, status: Raw) -> bool:
        return not states_of(load(status)).isdisjoint(self._chart.states["condition_void"])

    def _passes(self, met: Met, text: object) -> bool:
        """Keeps its date, where that is likely one."""
        if not isinstance(text, str) or len(text) < _SHORTEST:
            return False
        self._passed.append((text, met))
        return True

    def _is_silent(self, raw: Raw, *, name: bool = False) -> bool:
        """Whether there is a code or a text, and it names nothing."""
        key = (bytes(raw), name)
        silent = self._silent.get(key)
        if silent is None:
            silent = raw is not NONE and self._chart.codes.look(raw, name=name).passes
            self._silent[key] = silent
        return silent

    def _once(self, what: str, raw: Raw, ask: Callable[[Raw], bool]) -> bool:
        """The answer for a member, asked once for each way in which it is written."""
        key = (what, bytes(raw))
        answer = self._known.get(key)
        if answer is None:
            answer = self._known[key] = ask(raw)
        return answer

    def _has_state(self, part: Part, states: str) -> bool | None:
        """Whether its status is one of those; None for an odd one."""
        if not isinstance(part.status, str):
            return None
        key = (states, part.status)
        answer = self._known.get(key)
        if answer is None:
            answer = self._known[key] = state_of(part.status) in self._chart.states[states]
        return answer


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
