"""FHIR R4 resources to findings: one resource at a time, so that none can lose the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo

import msgspec
import structlog
from msgspec import Raw

from cards.findings import Chart, Finding, Unread
from cards.knowledge import Knowledge
from cds_service.evidence.codes import CodeReader, Gist, systems_known
from cds_service.evidence.conditions import read_condition
from cds_service.evidence.dates import Dates
from cds_service.evidence.events import read_encounter, read_immunization, read_procedure
from cds_service.evidence.hits import Weighing
from cds_service.evidence.medications import read_medication
from cds_service.evidence.memory import Memory, RememberingReader
from cds_service.evidence.observations import read_observation
from cds_service.evidence.open_chart import OpenChart, OpenResource, source_of
from cds_service.evidence.people import SubjectNotUnderstood, about_the_patient, bare_id, read_person
from cds_service.evidence.quantities import Quantities
from cds_service.evidence.questionnaires import read_questionnaire
from cds_service.evidence.reports import read_report
from cds_service.evidence.text import TextReader
from cds_service.evidence.thin import Part, decode
from cds_service.evidence.uses import uses_of

log = structlog.get_logger(__name__)

# Every other type never counts: relatives, allergies, requests, goals, plans, risks, devices.
READERS: Mapping[str, Callable[[OpenResource], list[Finding]]] = {
    "Condition": read_condition,
    "Observation": read_observation,
    "QuestionnaireResponse": read_questionnaire,
    "DiagnosticReport": read_report,
    "MedicationRequest": read_medication,
    "MedicationStatement": read_medication,
    "MedicationAdministration": read_medication,
    "Procedure": read_procedure,
    "Immunization": read_immunization,
    "Encounter": read_encounter,
}
_NOT_JSON = (ValueError, msgspec.MsgspecError, RecursionError)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One resource as it came: its JSON, or decoded with its call."""

    raw: bytes | Raw
    under: str
    """Where it stood, such as ``conditions, entry 7``; with a `number`, the Bundle in which it stood."""
    part: Part | None = None
    number: int = 0

    @property
    def place(self) -> str:
        return f"{self.under}, entry {self.number}" if self.number else self.under


OTHERS = "resources of another patient"
WRONG_CHART_FROM = 3
"""Fewer are strays and left out; from this number on, with none of the patient's, the check is incomplete."""


class EvidenceReader:
    """Reads charts; keeps nothing of one for the next.

    `code_systems`: further names of code systems at a site, each for a short name or a known address.
    """

    def __init__(self, knowledge: Knowledge, *, code_systems: Mapping[str, str] | None = None) -> None:
        self._knowledge = knowledge
        self._systems = systems_known(knowledge, code_systems or {})
        self._texts = RememberingReader(TextReader(knowledge))
        self._codes: Memory[Gist] = Memory()
        self._quantities = Quantities(knowledge)
        self._weighing = Weighing(knowledge)
        self._uses = uses_of(knowledge)

    def read(self, entries: Iterable[Entry], *, patient_id: str, as_of: datetime, time_zone: tzinfo) -> Chart:
        """What the entries say of the patient. `time_zone`: where dates without a time zone were written."""
        chart = self._open(patient_id, as_of, time_zone)
        resources = chart.resources = [opened for entry in entries if (opened := self._decoded(entry, chart))]
        findings: dict[Finding, None] = {}
        # The patient first, as ages need the birth date; a resource that came twice counts once.
        for opened in sorted(resources, key=lambda opened: opened.type != "Patient"):
            findings.update(dict.fromkeys(self._findings(opened)))
        chart.close()
        if chart.of_others:
            log.info("resources of other people left out", count=len(chart.of_others))
            # Nothing of theirs is read. Several, and none of the patient's: the wrong chart was sent.
            wrong_chart = len(chart.of_others) >= WRONG_CHART_FROM and not chart.of_the_patient
            told = Unread(OTHERS, "they name another patient", could_hold_red_flag=wrong_chart)
            chart.unread.append(told)
        return Chart(chart.person, tuple(findings), tuple(dict.fromkeys(chart.unread)), chart.newest)

    def _open(self, patient_id: str, as_of: datetime, time_zone: tzinfo) -> OpenChart:
        codes = CodeReader(self._knowledge, self._texts, self._quantities, self._systems, self._codes)
        return OpenChart(
            knowledge=self._knowledge,
            codes=codes,
            weighing=self._weighing,
            quantities=self._quantities,
            uses=self._uses,
            dates=Dates(time_zone),
            as_of=as_of,
            patient=bare_id(patient_id),
        )

    def _decoded(self, entry: Entry, chart: OpenChart) -> OpenResource | None:
        """None for what never counts, and for what cannot be decoded, which becomes Unread."""
        try:
            resource = entry.part or decode(entry.raw)
        except _NOT_JSON as error:
            _unread(chart, entry.place, "unknown", "not a JSON object", type(error).__name__)
            return None
        kind = resource.resource_type
        if not isinstance(kind, str) or not kind:
            _unread(chart, entry.place, "unknown", "no resourceType", "no-resource-type")
            return None
        if kind == "Bundle":
            _unread(chart, entry.place, kind, "a Bundle inside the chart", "nested-bundle")
            return None
        if kind == "Medication":
            chart.keep(chart.medications, kind, resource)
        if kind != "Patient" and kind not in READERS:
            return None
        if kind == "Encounter":
            chart.keep(chart.encounters, kind, resource)
        return OpenResource(resource, kind, source_of(resource, kind, entry.place), chart)

    def _findings(self, opened: OpenResource) -> list[Finding]:
        chart = opened.chart
        try:
            if opened.type == "Patient":
                read_person(opened)
                return []
            if not about_the_patient(opened):
                chart.of_others.add(opened.source.reference)
                return []
            chart.of_the_patient += 1
            if chart.codes.look(opened.resource.code, name=opened.type == "Observation").unreadable:
                _unread(chart, opened.source.reference, opened.type, "code not understood", "code")
            found = READERS[opened.type](opened)
        except SubjectNotUnderstood as error:
            _unread(
                chart, opened.source.reference, opened.type, "subject not understood", type(error).__name__
            )
            return []
        except Exception as error:  # noqa: BLE001  # one of the two wanted: no resource may lose the others
            _unread(chart, opened.source.reference, opened.type, "could not be read", type(error).__name__)
            return []
        chart.unread.extend(opened.noticed(counts=bool(found)))
        return found


def _unread(chart: OpenChart, what: str, resource_type: str, why: str, reason: str) -> None:
    log.warning("resource not read", resource_type=resource_type, reason=reason)
    chart.unread.append(Unread(what, why))
