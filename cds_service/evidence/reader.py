"""FHIR R4 resources to findings: one resource at a time, so that none can lose the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from itertools import chain

import msgspec
import structlog

from cards.findings import Chart, Finding, Unread
from cards.knowledge import Knowledge
from cds_service.evidence.asked import names_nothing
from cds_service.evidence.codes import Coded, CodeReader, Gist
from cds_service.evidence.conditions import read_condition
from cds_service.evidence.dates import Dates
from cds_service.evidence.entries import Entry
from cds_service.evidence.events import read_encounter, read_immunization, read_procedure
from cds_service.evidence.first_look import FirstLook
from cds_service.evidence.grades import Grades
from cds_service.evidence.hits import Weighing
from cds_service.evidence.local_codes import NO_LOCAL_CODES, LocalCodes
from cds_service.evidence.medications import read_medication
from cds_service.evidence.memory import Memory, RememberingReader
from cds_service.evidence.observations import read_observation
from cds_service.evidence.open_chart import Met, OpenChart, OpenResource, source_of
from cds_service.evidence.people import SubjectNotUnderstood, about_the_patient, bare_id, read_person
from cds_service.evidence.quantities import Quantities
from cds_service.evidence.questionnaires import read_questionnaire
from cds_service.evidence.reports import read_report
from cds_service.evidence.systems import systems_known
from cds_service.evidence.text import TextReader
from cds_service.evidence.thin import NONE, Part, decode
from cds_service.evidence.told_dates import ToldDates
from cds_service.evidence.twice import says_twice
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


OTHERS = "resources of another patient"
WRONG_CHART_FROM = 3
"""Fewer are strays and left out; from this number on, with none of the patient's, the check is incomplete."""


class EvidenceReader:
    """Reads charts; keeps nothing of one for the next.

    `code_systems`: further names of code systems at a site, each for a short name or a known address.
    `local`: what the codes of the site stand for.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        code_systems: Mapping[str, str] | None = None,
        local: LocalCodes = NO_LOCAL_CODES,
    ) -> None:
        self.knowledge = knowledge
        self._local = local
        self._systems = systems_known(knowledge, code_systems or {}, local.names)
        self._texts = RememberingReader(TextReader(knowledge))
        self._codes: Memory[Gist] = Memory()
        self._rows: Memory[bool] = Memory()
        self._quantities = Quantities(knowledge)
        self._grades = Grades(knowledge.reading["values"])
        self._weighing = Weighing(knowledge)
        self._uses = uses_of(knowledge)

    def read(self, entries: Iterable[Entry], *, patient_id: str, as_of: datetime, time_zone: tzinfo) -> Chart:
        """What the entries say of the patient. `time_zone`: where dates without a time zone were written."""
        chart = self._open(patient_id, as_of, time_zone)
        resources = chart.resources = [met for entry in entries if (met := self._met(entry, chart))]
        look = FirstLook(chart)
        findings: dict[Finding, None] = {}
        # The patient first, as ages need the birth date; a resource that came twice counts once.
        patients = [met for met in resources if met.kind == "Patient"]
        for met in chain(patients, [met for met in resources if met.kind != "Patient"]):
            if found := self._findings(met, chart, look):
                findings.update(dict.fromkeys(found))
        for met in look.undated():
            self._findings(met, chart, None)
        chart.close()
        if chart.of_others:
            log.info("resources of other people left out", count=len(chart.of_others))
            # Nothing of theirs is read. Several, and none of the patient's: the wrong chart was sent.
            wrong_chart = len(chart.of_others) >= WRONG_CHART_FROM and not chart.of_the_patient
            told = Unread(OTHERS, "they name another patient", could_hold_red_flag=wrong_chart)
            chart.unread.append(told)
        unread = tuple(dict.fromkeys(chart.unread))
        return Chart(chart.person, tuple(findings), unread, chart.newest, chart.newest_timed)

    def _open(self, patient_id: str, as_of: datetime, time_zone: tzinfo) -> OpenChart:
        codes = CodeReader(
            self.knowledge,
            self._texts,
            self._quantities,
            self._systems,
            grades=self._grades,
            memory=self._codes,
            names_nothing=self._names_nothing,
            local=self._local,
        )
        return OpenChart(
            knowledge=self.knowledge,
            codes=codes,
            weighing=self._weighing,
            quantities=self._quantities,
            uses=self._uses,
            dates=Dates(time_zone),
            told=ToldDates(self.knowledge.reading["time"], time_zone),
            as_of=as_of,
            patient=bare_id(patient_id),
            rows=self._rows,
        )

    def _names_nothing(self, coded: Coded) -> bool:
        return names_nothing(coded, self._uses)

    def _met(self, entry: Entry, chart: OpenChart) -> Met | None:
        """None for what never counts, and for what cannot be decoded, which becomes Unread."""
        part = entry.part
        if part is None:
            try:
                part = decode(entry.raw)
            except _NOT_JSON as error:
                _unread(chart, entry.place, "unknown", "not a JSON object", type(error).__name__)
                return None
        kind = part.resource_type
        if not isinstance(kind, str) or not kind:
            _unread(chart, entry.place, "unknown", "no resourceType", "no-resource-type")
        elif kind in READERS or kind == "Patient":
            if entry.part is None and says_twice(bytes(entry.raw)):
                reference = source_of(part, kind, entry.place).reference
                _unread(chart, reference, kind, "names a member twice; the last was read", "member-twice")
            if kind == "Encounter":
                chart.keep(chart.encounters, kind, part)
            return Met(part, kind, entry)
        elif kind == "Bundle":
            _unread(chart, entry.place, kind, "a Bundle inside the chart", "nested-bundle")
        elif kind == "Medication":
            chart.keep(chart.medications, kind, part)
        return None

    def _findings(self, met: Met, chart: OpenChart, look: FirstLook | None) -> list[Finding]:
        """`look`: passes over what says nothing; None where it has to be read."""
        part = met.part
        opened: OpenResource | None = None
        try:
            if met.kind == "Patient":
                read_person(met.opened(chart))
                return []
            if not _surely_the_patients(part, chart):
                opened = met.opened(chart)
                if not about_the_patient(opened):
                    chart.of_others.add(opened.source.reference)
                    return []
            chart.of_the_patient += 1
            if look is not None and look.passes_over(met):
                return []
            opened = opened or met.opened(chart)
            if chart.codes.look(part.code, name=met.kind == "Observation").unreadable:
                _unread(chart, opened.source.reference, met.kind, "code not understood", "code")
            found = READERS[met.kind](opened)
        except SubjectNotUnderstood as error:
            _unread(chart, _reference(met), met.kind, "subject not understood", type(error).__name__)
            return []
        except Exception as error:  # noqa: BLE001  # one of the two wanted: no resource may lose the others
            _unread(chart, _reference(met), met.kind, "could not be read", type(error).__name__)
            return []
        chart.unread.extend(opened.noticed(counts=bool(found)))
        return found


def _surely_the_patients(part: Part, chart: OpenChart) -> bool:
    """Whether it names the patient as others did before."""
    subject = part.subject or part.patient
    return part.focus is NONE and chart.subjects.get(bytes(subject), False)


def _reference(met: Met) -> str:
    return source_of(met.part, met.kind, met.entry.place).reference


def _unread(chart: OpenChart, what: str, resource_type: str, why: str, reason: str) -> None:
    log.warning("resource not read", resource_type=resource_type, reason=reason)
    chart.unread.append(Unread(what, why))
