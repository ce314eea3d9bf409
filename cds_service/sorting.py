"""Sorts what comes of a record, from the prefetch and then from the EHR's server, into resources and states.

Resources are told by what they are, not by the prefetch key they came under: EHR analysts type the keys by
hand, rename them and put several searches under one. The name of a key counts only where its value says
nothing by itself, which is when it is empty or failed, and where one type has several searches.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from msgspec import Raw

from cards.findings import Unread
from cds_service import prefetch
from cds_service.bundles import Value
from cds_service.evidence import Entry
from cds_service.evidence.thin import Part
from cds_service.prefetch import Contents
from cds_service.query_profiles import SEARCHES
from cds_service.reasons import NOT_ASKED, WORDS, Reason
from cds_service.sent import Sent
from cds_service.wanted import Wanted


class State(IntEnum):
    """What is known of a search, or of a resource type; of several keys for one search the highest counts."""

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
class Lack:
    """A search of which the prefetch does not hold all."""

    wanted: Wanted
    onward: object = None
    """Where the prefetch says that its next page is, as written; None where nobody knows."""
    matches: int = 0
    """How many resources came before that page."""


_GAPS = {State.MISSING, State.PARTIAL, State.FAILED}


@dataclass(slots=True)
class Sorting:
    """The record while it comes in: from the prefetch, then from the EHR's server."""

    wanted: tuple[Wanted, ...]
    not_offered: frozenset[str] = frozenset()
    entries: list[Entry] = field(default_factory=list)
    states: dict[str, State] = field(init=False)
    """Per search, by its key."""
    loose: dict[str, State] = field(default_factory=dict)
    """Per resource type the worst of what came under names that are not ours."""
    unnamed: Counter[str] = field(default_factory=Counter)
    """Per resource type how many keys of other names held it."""
    onward: dict[str, Lack] = field(default_factory=dict)
    """Per search, or per type under another name, the one next page that is known of it."""
    reasons: dict[str, Reason | None] = field(default_factory=dict)
    """Per search that was fetched, or could not be: why not all came, None when all did."""
    sent: list[Sent] = field(default_factory=list)
    """What the server was asked."""
    by_type: dict[str, list[Wanted]] = field(init=False)
    by_name: dict[str, list[Wanted]] = field(init=False)
    unread: list[Unread] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    came: set[str] = field(default_factory=set)
    """Resource types of which something came, from wherever."""
    lone: set[str] = field(default_factory=set)
    """Those of which a resource came outside a Bundle: one visit that was read is not all visits."""
    known: dict[tuple[type, object], Part] = field(default_factory=dict)
    alike: dict[tuple[type, object], list[Part]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.states = {each.key: State.MISSING for each in self.wanted}
        self.by_type, self.by_name = {}, {}
        for each in self.wanted:
            self.by_type.setdefault(each.resource_type, []).append(each)
            # Under the name of a type, or of its one search, all of the type may stand.
            for name in {
                _alike(each.key),
                _alike(each.resource_type),
                _alike(SEARCHES[each.resource_type][0]),
            }:
                self.by_name.setdefault(name, []).append(each)

    def take(self, key: str, value: Raw | Value) -> None:
        """One value of the prefetch."""
        name = key if _PLAIN_KEY.fullmatch(key) else "a key of the prefetch"
        contents = prefetch.contents(value, name)
        for entry in contents.entries:
            self._keep(entry)
        named = self.by_name.get(_alike(key), [])
        state = _state(contents)
        # An empty, failed or partial value speaks of the types that came in it, else of those of its key.
        # Resources of other types under our key say that keys were moved around: then its name tells nothing.
        types = contents.types & self.by_type.keys()
        self.came |= types
        if contents.lone and types != {"Patient"}:
            self.lone |= types
            return
        for resource_type in types:
            mine = [each for each in named if each.resource_type == resource_type]
            self._note(resource_type, mine, state, contents, alone=len(types) == 1)
        if named and not contents.types:
            self._note(named[0].resource_type, named, state, contents, alone=True)
        if contents.failed and not named and not contents.types:
            self.unread.append(Unread(name, _WHY[State.FAILED]))
        flagged = not named or named[0].could_hold_red_flag
        self.unread += [Unread(place, why, flagged) for place, why in contents.unread]

    def _note(
        self, resource_type: str, mine: list[Wanted], state: State, contents: Contents, *, alone: bool
    ) -> None:
        for each in mine:
            self.states[each.key] = max(state, self.states[each.key])
        if not mine:
            self.unnamed[resource_type] += 1
            self.loose[resource_type] = max(state, self.loose.get(resource_type, State.MISSING))
        if state is State.PARTIAL:
            for name in [each.key for each in mine] or [resource_type]:
                # Of two partial values of one search, neither next page leads to all that is missing.
                known = alone and not contents.failed and name not in self.onward
                onward = contents.next if known else None
                self.onward[name] = Lack(self.by_type[resource_type][0], onward, contents.matches)

    def lacking(self) -> list[Lack]:
        """What would have to be fetched, in the order of discovery."""
        found: list[Lack] = []
        for resource_type, searches in self.by_type.items():
            if resource_type in self.not_offered:
                continue
            mine = [each for each in searches if self._search_state(each) in _GAPS]
            if not mine and self.loose.get(resource_type) in _GAPS:
                mine = searches
            for each in mine:
                known = self.onward.get(each.key)
                if known is None and len(searches) == 1:
                    known = self.onward.get(resource_type)
                found.append(replace(known, wanted=each) if known else Lack(each))
        return found

    def _search_state(self, each: Wanted) -> State:
        """Of one search. Keys of other names stand for ours only where none of ours came for the type.

        Then an analyst renamed them all. Beside ours, one of another name is one more (a category of the
        site), and must not pass for one that is missing.
        """
        searches = self.by_type[each.resource_type]
        renamed = self.unnamed[each.resource_type] >= len(searches) and all(
            self.states[other.key] is State.MISSING for other in searches
        )
        if renamed:
            return State.GIVEN
        state = self.states[each.key]
        return State.PARTIAL if state is State.MISSING and each.resource_type in self.lone else state

    def take_fetched(
        self, wanted: Wanted, pages: Iterable[Raw | Value], reason: Reason | None, before: int = 0
    ) -> None:
        """What a search on the EHR's server gave; `reason` is None when all pages came.

        `before`: how many resources of the search had come with the prefetch.
        """
        matches, total, types, failed, looked = before, 0, set[str](), False, False
        for number, page in enumerate(pages, start=1):
            contents = prefetch.contents(page, wanted.key if number == 1 else f"{wanted.key}, page {number}")
            for entry in contents.entries:
                self._keep(entry)
            flagged = wanted.could_hold_red_flag
            self.unread += [Unread(place, why, flagged) for place, why in contents.unread]
            matches, total = matches + contents.matches, max(total, contents.total)
            types |= contents.types
            failed |= contents.failed
            looked |= not contents.failed and contents.types <= {wanted.resource_type}
        self.came |= types
        came = wanted.resource_type in types
        if reason is None and failed:
            reason = Reason.OUTCOME
        elif reason is None and types and not came:
            reason = Reason.WRONG_TYPE
        elif reason is None and total > matches:
            reason = Reason.FEWER_THAN_TOTAL
        self.reasons[wanted.key] = reason
        had = self._search_state(wanted) is State.PARTIAL
        if reason is None:
            self.states[wanted.key] = State.GIVEN if came else State.EMPTY
        else:
            # A search of a part that found nothing, or the first page of one, is still a look at the record.
            self.states[wanted.key] = State.PARTIAL if came or had or looked else State.FAILED
        self._settle(wanted.resource_type)

    def _settle(self, resource_type: str) -> None:
        """Once all searches of a type were fetched to their end, what came under other names adds nothing."""
        searches = self.by_type[resource_type]
        if all(self.reasons.get(each.key, Reason.NO_SERVER) is None for each in searches):
            self.loose.pop(resource_type, None)

    def not_fetched(self, wanted: Wanted, reason: Reason) -> None:
        """What it lacks stays as it was, and is named with the reason."""
        self.reasons[wanted.key] = reason

    def take_referred(self, page: Raw | Value) -> None:
        """A resource that others refer to."""
        for entry in prefetch.contents(page, "a resource referred to").entries:
            self._keep(entry)

    def states_of_types(self) -> dict[str, State]:
        """Per resource type; of several searches some of which lack, the type is partial."""
        found: dict[str, State] = {}
        for resource_type, searches in self.by_type.items():
            states = {self._search_state(each) for each in searches}
            if resource_type in self.loose:
                states.add(self.loose[resource_type])
            some_lack = len(searches) > 1 and not states.isdisjoint(_GAPS) and not states <= _GAPS
            worst = State.PARTIAL if some_lack else max(states)
            found[resource_type] = min(worst, State.PARTIAL) if resource_type in self.came else worst
        return found

    def gaps(self, states: Mapping[str, State]) -> Iterator[Unread]:
        """What is not assessed, each type once."""
        for resource_type, searches in self.by_type.items():
            state = states[resource_type]
            if resource_type not in self.not_offered and state in _WHY:
                reasons = (self.reasons.get(each.key) for each in searches)
                reason = next(filter(None, reasons), None)
                yield Unread(resource_type, _why(state, reason), searches[0].could_hold_red_flag)

    def told(self) -> dict[str, str]:
        """For the log: per search `complete`, or the code of the reason."""
        return {key: reason.value if reason else "complete" for key, reason in self.reasons.items()}

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


def _state(contents: Contents) -> State:
    if contents.failed and not contents.types:
        return State.FAILED
    if contents.failed or contents.partial:
        return State.PARTIAL
    return State.GIVEN if contents.types else State.EMPTY


def _alike(name: str) -> str:
    """Keys that an analyst would call the same: `condition`, `Conditions`."""
    return name.casefold().removesuffix("s")


def _why(state: State, reason: Reason | None) -> str:
    """What a card says of a type: what the call says of it, or what fetching it came to."""
    if reason is None or reason is Reason.NO_SERVER:
        return _WHY[state]
    said = WORDS[reason].card
    return f"{_WHY[state]}; {said}" if reason in NOT_ASKED or state is State.PARTIAL else said
