"""The record as the call brings it: per resource type given, empty, missing, failed or partial.

Resources are told by what they are, not by the prefetch key they came under: EHR analysts type the keys by
hand, rename them and put several searches under one. The name of a key counts only where its value says
nothing by itself, which is when it is empty or failed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from msgspec import Raw

from cards.findings import Unread
from cds_service import prefetch
from cds_service.errors import RecordUnavailable
from cds_service.evidence import Entry
from cds_service.evidence.thin import Part
from cds_service.prefetch import Contents, Value
from cds_service.wanted import Wanted


class State(IntEnum):
    """What the call says of one resource type; of several keys for one type the highest counts."""

    MISSING = 0
    """No key was given and no resource came: the EHR could not tell us."""
    EMPTY = 1
    """The EHR looked, and has none."""
    GIVEN = 2
    PARTIAL = 3
    """Some came, and there are more."""
    FAILED = 4
    """The EHR answered with an error, or with something that is no FHIR."""


_WHY = {
    State.MISSING: "not given by the EHR",
    State.PARTIAL: "only a part was given",
    State.FAILED: "the EHR could not give it",
}
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Record:
    """What the call brought of a patient's record, still unread JSON."""

    entries: tuple[Entry, ...]
    states: Mapping[str, State]
    """Per resource type that was wanted."""
    unread: tuple[Unread, ...]


def read_record(
    values: Mapping[str, Raw | Value], wanted: Collection[Wanted], not_offered: Collection[str] = ()
) -> Record:
    """Sort the prefetch into resources and states; `not_offered` are the types that the site never gives.

    What is missing, failed or partial is not assessed. (Fetching it from the EHR's FHIR server will come in
    here, before that is said.) Raises `RecordUnavailable` when nothing came that an assessment could use.
    """
    desk = _Sorting({each.resource_type: each for each in wanted})
    for key, value in values.items():
        desk.take(key, value)
    if not any(each.clinical and desk.usable(each) for each in wanted):
        raise RecordUnavailable(_nothing_to_assess(values, wanted))
    gaps = (desk.gap(each) for each in wanted if each.resource_type not in not_offered)
    unread = (*(gap for gap in gaps if gap), *desk.unread)
    return Record(tuple(desk.entries), desk.states, unread)


@dataclass(slots=True)
class _Sorting:
    wanted: Mapping[str, Wanted]
    entries: list[Entry] = field(default_factory=list)
    states: dict[str, State] = field(init=False)
    unread: list[Unread] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    known: dict[tuple[type, object], Part] = field(default_factory=dict)
    alike: dict[tuple[type, object], list[Part]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.states = dict.fromkeys(self.wanted, State.MISSING)

    def take(self, key: str, value: Raw | Value) -> None:
        name = key if _PLAIN_KEY.fullmatch(key) else "a key of the prefetch"
        contents = prefetch.contents(value, name)
        for entry in contents.entries:
            self._keep(entry)
        stands_for = self._stands_for(key)
        for each in contents.types & self.wanted.keys():
            self._note(each, State.GIVEN)
        for each in self._concerned(contents, stands_for):
            self._note(each, _state(contents))
        if contents.failed and not stands_for and not contents.types:
            self.unread.append(Unread(name, _WHY[State.FAILED]))
        flagged = stands_for is None or stands_for.could_hold_red_flag
        self.unread += [Unread(place, why, flagged) for place, why in contents.unread]

    def _keep(self, entry: Entry) -> None:
        """The same resource under two keys is read once."""
        if entry.part is None:
            if (written := bytes(entry.raw)) in self.seen:
                return
            self.seen.add(written)
        elif self._came_already(entry.part):
            return
        self.entries.append(entry)

    def _came_already(self, part: Part) -> bool:
        """Whether a resource came that is the same in all that is read of it."""
        key = (part.__class__, part.id if isinstance(part.id, str) else bytes(part.code))
        first = self.known.setdefault(key, part)
        if first is part:
            return False
        alike = self.alike.setdefault(key, [first])
        if part in alike:
            return True
        alike.append(part)
        return False

    def _stands_for(self, key: str) -> Wanted | None:
        asked = _alike(key)
        names = ((each, (each.key, each.resource_type)) for each in self.wanted.values())
        return next((each for each, own in names if asked in map(_alike, own)), None)

    def _concerned(self, contents: Contents, stands_for: Wanted | None) -> Iterable[str]:
        """The types of which an empty, failed or partial value speaks: its own, else that of its key.

        Resources of other types under our key say that keys were moved around: then the name tells nothing.
        """
        if contents.types:
            return contents.types & self.wanted.keys()
        return [stands_for.resource_type] if stands_for else []

    def _note(self, resource_type: str, state: State) -> None:
        self.states[resource_type] = max(state, self.states[resource_type])

    def usable(self, each: Wanted) -> bool:
        return self.states[each.resource_type] in {State.GIVEN, State.PARTIAL, State.EMPTY}

    def gap(self, each: Wanted) -> Unread | None:
        why = _WHY.get(self.states[each.resource_type])
        return Unread(each.resource_type, why, each.could_hold_red_flag) if why else None


def _state(contents: Contents) -> State:
    if contents.failed:
        return State.FAILED
    if contents.partial:
        return State.PARTIAL
    return State.GIVEN if contents.types else State.EMPTY


def _alike(name: str) -> str:
    """Keys that an analyst would call the same: `condition`, `Conditions`."""
    return name.casefold().removesuffix("s")


def _nothing_to_assess(values: Mapping[str, Raw | Value], wanted: Iterable[Wanted]) -> str:
    keys = ", ".join(_clinical_keys(wanted))
    came = f"{len(values)} prefetch keys came, none" if values else "No prefetch came, and nothing"
    return (
        f"{came} with clinical data or an empty search of it. Send the searches that discovery lists, under "
        f"these keys: {keys}. If they are configured, check that the EHR's client may read those resources."
    )


def _clinical_keys(wanted: Iterable[Wanted]) -> Iterator[str]:
    return (each.key for each in wanted if each.clinical)
