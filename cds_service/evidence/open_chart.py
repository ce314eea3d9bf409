"""The chart while it is read: what its resources share, and what was noticed on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec import Raw, Struct

from cards.findings import Finding, Hit, Kind, Person, Source, Stance, Unread, When
from cards.knowledge import Knowledge
from cds_service.evidence.codes import MOST_CHARACTERS, Coded, CodeReader
from cds_service.evidence.dates import Dated, Dates
from cds_service.evidence.decoded import Decoded
from cds_service.evidence.entries import Entry
from cds_service.evidence.hits import NOWHERE, Site, Weighing, site_of
from cds_service.evidence.memory import Memory
from cds_service.evidence.quantities import Quantities
from cds_service.evidence.thin import Part, load, member, notes, parts, text_of
from cds_service.evidence.told_dates import ToldDates
from cds_service.evidence.uses import Uses

LONGEST_LABEL = 300
_WITH_TIME_ZONES = timedelta(days=2)
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


@dataclass(slots=True)
class OpenChart:
    """One chart, for the time of one reading. `as_of` carries a time zone."""

    knowledge: Knowledge
    codes: CodeReader
    weighing: Weighing
    quantities: Quantities
    uses: Uses
    dates: Dates
    told: ToldDates
    as_of: datetime
    patient: str
    """Id of the patient, without ``Patient/``."""
    rows: Memory[bool] = field(default_factory=Memory)
    """Whether rows of a name and a value say nothing; remembered across calls."""
    person: Person = field(default_factory=Person)
    encounters: dict[str, Part] = field(default_factory=dict)
    medications: dict[str, Part] = field(default_factory=dict)
    resources: list[Met] = field(default_factory=list)
    """All that may hold a finding."""
    unread: list[Unread] = field(default_factory=list)
    newest: datetime | None = None
    newest_timed: bool = False
    """Whether `newest` has a time of day in the record."""
    of_others: set[str] = field(default_factory=set)
    """Resources left out because they are about somebody else."""
    of_the_patient: int = 0
    sites: dict[bytes, Site] = field(default_factory=dict)
    subjects: dict[bytes, bool] = field(default_factory=dict)
    decoded: Decoded = field(default_factory=Decoded)
    _observations: dict[str, Met] = field(default_factory=dict)
    _references: set[str] = field(default_factory=set)
    _tolerance: timedelta = field(init=False)

    def __post_init__(self) -> None:
        self._tolerance = timedelta(days=float(self.knowledge.reading["time"]["future_tolerance_days"]))

    @property
    def states(self) -> Mapping[str, tuple[str, ...]]:
        """Which status of a resource means what (reading.toml)."""
        found: Mapping[str, tuple[str, ...]] = self.knowledge.reading["status"]
        return found

    def in_future(self, when: When) -> bool:
        return when.earliest - self.as_of > self._tolerance

    def saw(self, dated: Dated | None) -> None:
        """Takes note of a clinical date, for "based on data up to"."""
        if dated is not None and not self.in_future(dated.when):
            moment = min(dated.when.middle, self.as_of)
            # A date counts as its noon: of that and a true noon the date is told, whatever their order.
            if self.newest is None or (moment, not dated.timed) > (self.newest, not self.newest_timed):
                self.newest, self.newest_timed = moment, dated.timed

    def saw_all(self, moments: list[str]) -> None:
        """The same for many at once; each surely a date with its time of day and time zone."""
        last = self.dates.read(max(moments, default=None))
        if last is not None and not self.in_future(last.when):
            # No time zone makes up for two days.
            day = (last.when.earliest - _WITH_TIME_ZONES).date().isoformat()
            moments = [moment for moment in moments if moment >= day]
        for moment in moments:
            self.saw(self.dates.read(moment))

    def keep(self, index: dict[str, Part], kind: str, resource: Part) -> None:
        """Keeps a resource that others refer to."""
        if isinstance(resource.id, str):
            index[f"{kind}/{resource.id}"] = index[f"urn:uuid:{resource.id}"] = resource

    def observation(self, reference: str) -> OpenResource | None:
        """The observation of the chart that a report refers to; looked up only when one does."""
        if not self._observations:
            for met in self.resources:
                if met.kind == "Observation" and isinstance(met.part.id, str):
                    self._observations[f"Observation/{met.part.id}"] = met
                    self._observations[f"urn:uuid:{met.part.id}"] = met
        found = self._observations.get(reference)
        return found.opened(self) if found else None

    def holds(self, reference: str) -> bool:
        """Whether a resource that may hold a finding is in the chart."""
        if not self._references:
            for met in self.resources:
                if isinstance(met.part.id, str) and _ID.fullmatch(met.part.id):
                    self._references |= {f"{met.kind}/{met.part.id}", f"urn:uuid:{met.part.id}"}
        return reference in self._references

    def close(self) -> None:
        """Lets go of the resources, which refer to the chart: nothing of a call must wait to be collected."""
        self.resources.clear()
        self._observations.clear()

    def started(self, encounter: str) -> Dated | None:
        """When an encounter of the chart began."""
        visit = self.encounters.get(encounter)
        if visit is None or visit.status in ("entered-in-error", "cancelled"):
            return None
        return self.dates.period(load(visit.period))[0]

    def tells_severe(self, hits: Iterable[Hit]) -> bool:
        severe = str(self.knowledge.reading["time"]["severe_words"])
        return any(hit.concept == severe and hit.stance is Stance.AFFIRMED for hit in hits)

    def site(self, raw: Raw) -> Site:
        """The site that a bodySite names."""
        if not raw:
            return NOWHERE
        key = bytes(raw)
        if key not in self.sites:
            self.sites[key] = site_of(self.codes.read(raw, name=True))
        return self.sites[key]


class Met(Struct, frozen=True, gc=False):
    """One resource of the chart, not opened yet."""

    part: Part
    kind: str
    entry: Entry

    def opened(self, chart: OpenChart) -> OpenResource:
        return OpenResource(self.part, self.kind, source_of(self.part, self.kind, self.entry.place), chart)


@dataclass(slots=True)
class OpenResource:
    """One resource of the chart, with what was noticed while reading it."""

    resource: Part
    type: str
    source: Source
    chart: OpenChart
    misdated: bool = False
    cut: bool = False
    unclear: str = ""
    """Why a part of it that was named could not be used."""
    unclear_name: str = ""
    """What a clinician would call it; empty when its reference must do."""

    def date(self, value: object) -> Dated | None:
        """None when there is no date, or one that cannot be understood; the second is remembered."""
        if value is None:
            return None
        found = self.chart.dates.read(value)
        self.misdated = self.misdated or (found is None and value != "")
        return found

    def during(self, raw: Raw) -> Dated | None:
        """A Period as one span."""
        period = load(raw)
        found = self.chart.dates.during(period)
        given = text_of(member(period, "start")) or text_of(member(period, "end")) or text_of(period)
        self.misdated = self.misdated or (found is None and bool(given))
        return found

    def code(self, raw: Raw, *, name: bool = False, report: bool = False) -> Coded:
        coded = self.chart.codes.read(raw, name=name, report=report)
        self.cut = self.cut or coded.cut
        return coded

    def text(self, text: str, *, name: bool = False, report: bool = False) -> Coded:
        coded = self.chart.codes.text(text, name=name, report=report)
        self.cut = self.cut or coded.cut
        return coded

    def words_of_notes(self) -> tuple[Hit, ...]:
        """The words of its notes that describe what it says: sudden, worse."""
        readings = [reading for note in notes(self.resource.note) for reading in self.text(note).readings]
        return self.chart.weighing.words(readings)

    def saw(self, dated: Dated | None) -> Dated | None:
        """As `OpenChart.saw`; gives the date back."""
        self.chart.saw(dated)
        return dated

    @property
    def encounter(self) -> str:
        """Reference of the encounter it belongs to, without its server."""
        return self.chart.decoded.reference(self.resource.encounter or self.resource.context)

    def contained(self, reference: str) -> Part | None:
        """The resource inside this one that ``#id`` points to."""
        wanted = reference.removeprefix("#")
        return next((part for part in parts(self.resource.contained) if part.id == wanted), None)

    def finding(
        self, kind: Kind, label: str, hits: tuple[Hit, ...], dated: Dated | None, **more: object
    ) -> list[Finding]:
        """One finding; none when nothing is named, or when it lies in the future."""
        if not hits:
            return []
        if dated is not None and self.chart.in_future(dated.when):
            # Global rule "now": entries of the future do not count; that there is one is told.
            told = Unread(self.source.reference, "dated in the future", could_hold_red_flag=False)
            self.chart.unread.append(told)
            return []
        return [
            Finding(
                self.source,
                kind,
                label[:LONGEST_LABEL],
                hits,
                when=dated.when if dated else None,
                timed=dated.timed if dated else False,
                encounter=self.encounter,
                **more,  # type: ignore[arg-type]  # the callers name fields of Finding
            )
        ]

    def not_understood(self, part: str, name: str = "", why: str = "") -> list[Finding]:
        """No finding, but a part of it that was named and could not be understood."""
        self.unclear, self.unclear_name = why or f"{part} not understood", name
        return []

    def noticed(self, *, counts: bool) -> list[Unread]:
        """What of it could not be read, though the rest was. `counts`: it is dated for a reason."""
        found = []
        if counts and self.misdated:
            found.append(Unread(self.source.reference, "date not understood", could_hold_red_flag=False))
        if self.unclear:
            label = f"{self.unclear_name}: {self.unclear}" if self.unclear_name else ""
            found.append(Unread(self.source.reference, self.unclear, label=label))
        if self.cut:
            found.append(Unread(self.source.reference, f"text read up to {MOST_CHARACTERS} characters only"))
        return found


def source_of(resource: Part, resource_type: str, place: str) -> Source:
    """How the resource is named in what we say; an id that is none could be free text and is left out."""
    return Source(reference(resource.id, resource_type, place), resource_type)


def reference(identity: object, resource_type: str, place: str) -> str:
    """``Observation/12``; ``Observation (no id, observations, entry 7)`` where the id is none."""
    known = isinstance(identity, str) and _ID.fullmatch(identity) is not None
    return f"{resource_type}/{identity}" if known else f"{resource_type} (no id, {place})"
