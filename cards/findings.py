"""What a chart says, one finding per recorded statement, ready to be weighed.

A finding is made by whoever reads the chart (a hook call, a batch, a test) and is all that the
assessment sees of it. Moments are UTC; a vague date is kept as the span it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Side(StrEnum):
    """Side of the body, the patient's own left and right."""

    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"


class Stance(StrEnum):
    """What a record says about a concept that it names."""

    AFFIRMED = "affirmed"
    SUSPECTED = "suspected"
    """Possible, queried, provisional: counts as a finding, never as a known disease."""
    DENIED = "denied"
    HISTORICAL = "historical"
    """Over, or in the past: counts only for features that look back."""
    HYPOTHETICAL = "hypothetical"
    OTHER_PERSON = "other person"


class Kind(StrEnum):
    """The sort of record that a finding came from, which decides which features may use it."""

    CONDITION = "condition"
    OBSERVATION = "observation"
    """Also an answer of a questionnaire."""
    REPORT = "report"
    """Conclusion of a diagnostic report, or a result that belongs to one."""
    MEDICATION = "medication"
    PROCEDURE = "procedure"
    IMMUNIZATION = "immunization"
    ENCOUNTER = "encounter"
    """Reason for an encounter, or the stay itself."""


@dataclass(frozen=True, slots=True)
class When:
    """The span in which something happened; both ends UTC, both included.

    Records are often vague: "2026-03" is all of March. Keeping both ends stops a vague
    date from passing as a sudden onset.
    """

    earliest: datetime
    latest: datetime

    def within(self, period: timedelta, before: datetime) -> bool | None:
        """Whether it fell in the `period` up to `before`; None when too vague to say."""
        start = before - period
        if self.latest < start or self.earliest > before:
            return False
        if start <= self.earliest and self.latest <= before:
            return True
        return None

    @property
    def span(self) -> timedelta:
        """How vague it is: zero for a moment, nearly a day for a date."""
        return self.latest - self.earliest

    @property
    def middle(self) -> datetime:
        """The middle of the span: noon, local time, for a date without a time of day."""
        return self.earliest + self.span / 2


@dataclass(frozen=True, slots=True)
class Source:
    """Where a finding stands in the record."""

    reference: str
    """Such as ``Observation/12``; ``Observation (no id, entry 7)`` for a resource without an id."""
    resource_type: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured value as recorded; nothing is converted yet."""

    value: float
    unit: str
    """UCUM code, else the unit as written; empty when the record gives none."""
    comparator: str = ""
    """One of ``<``, ``<=``, ``>``, ``>=``; empty for an exact value."""
    low: float | None = None
    high: float | None = None
    """The laboratory's reference range in the same unit; None when not given."""

    @property
    def shown(self) -> str:
        """Value and unit as a clinician reads them, such as ``< 2.5 mmol/L``."""
        comparator = f"{self.comparator} " if self.comparator else ""
        unit = f" {self.unit}" if self.unit and not self.unit.startswith("{") else ""
        return f"{comparator}{self.value:g}{unit}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept of the content that a record names, by code or in words."""

    concept: str
    stance: Stance = Stance.AFFIRMED
    side: Side | None = None
    by_code: bool = True
    confirmed: bool = True
    """False for a code that no terminology source confirmed: a weak hint, never critical alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of the record about the patient, with every concept that it names."""

    source: Source
    kind: Kind
    label: str
    """The words that the record shows a reader; untrusted text, to be escaped when shown."""
    hits: tuple[Hit, ...]
    when: When | None = None
    """When it was true: onset, effective, performed, start; None when the record does not say."""
    onset_stated: bool = False
    """`when` is a stated onset, not the date on which somebody wrote the entry."""
    timed: bool = False
    """`when` carries a time of day."""
    issued: datetime | None = None
    """When a measured value was given out; of two values of one moment the later counts."""
    ended: When | None = None
    """Abatement, end of a stay, last dose; None while it goes on, or not said."""
    historical: bool = False
    """Inactive, in remission, resolved or stopped."""
    confirmed: bool = True
    """False for an unconfirmed, provisional or differential diagnosis."""
    problem_list: bool = False
    code: str = ""
    """System and code of the record, or its text: equal for repeats of the same entry."""
    muscle: str = ""
    """Of a grade of power the words that name the muscles, many of which may share a code; empty: a leg."""
    quantity: Quantity | None = None
    positive: bool | None = None
    """Outcome of a test: detected or abnormal, not detected or normal; None when neither is said."""
    low: bool = False
    """The laboratory flagged the value as low."""
    severe: bool = False
    leg_site: bool = False
    """A lower limb is named as the site, by code or in words."""
    other_site: bool = False
    """A site other than leg, low back or whole body is named."""
    encounter: str = ""
    """Reference of the encounter it belongs to; empty when not said."""
    days: float | None = None
    """Length of a stay or of a course of treatment, in days; None when not known."""
    unusable: str = ""
    """Why the value must not be used, such as a haemolysed sample; empty when usable."""


@dataclass(frozen=True, slots=True)
class Person:
    """The patient, as far as the assessment needs to know."""

    born: When | None = None
    sex: str = ""
    """FHIR administrative gender; empty when not recorded."""
    deceased: bool = False
    died: When | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the chart that could not be read or fetched, and so was not assessed."""

    what: str
    """Reference, resource type or prefetch key; never free text of the record."""
    why: str
    could_hold_red_flag: bool = True
    label: str = ""
    """What a clinician would call it, with value and unit as recorded; empty when `what` says it.

    Untrusted text, to be escaped when shown; never to be logged.
    """


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is known of one patient at one moment."""

    person: Person
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    data_until: datetime | None = None
    """The newest clinical date in the chart, not later than the moment of assessment."""
    data_until_timed: bool = False
    """Whether the record gives that date with a time of day."""
