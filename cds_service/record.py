"""The record as the call brings it, completed from the EHR's server: per resource type how much came."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from msgspec import Raw

from cards.findings import Unread
from cds_service.bundles import Value
from cds_service.errors import RecordUnavailable
from cds_service.evidence import Entry
from cds_service.reasons import WORDS
from cds_service.sorting import Sorting, State
from cds_service.wanted import Wanted

_USABLE = {State.GIVEN, State.PARTIAL, State.EMPTY}


@dataclass(frozen=True, slots=True)
class Record:
    """What the call brought of a patient's record, still unread JSON."""

    entries: tuple[Entry, ...]
    states: Mapping[str, State]
    """Per resource type that was wanted."""
    unread: tuple[Unread, ...]
    fetched: Mapping[str, str] = field(default_factory=dict)
    """Per search that was, or would have been, sent to the EHR's server: `complete`, or why it is not."""


Fetch = Callable[[Sorting], object]


def read_record(
    values: Mapping[str, Raw | Value],
    wanted: Collection[Wanted],
    not_offered: Collection[str] = (),
    fetch: Fetch | None = None,
) -> Record:
    """Sort the prefetch into resources and states, and have fetched what is missing, failed or partial.

    `not_offered` are the types that the site never gives. What still lacks then is not assessed. Raises
    `RecordUnavailable` when nothing came that an assessment could use.
    """
    desk = Sorting(tuple(wanted), frozenset(not_offered))
    for key, value in values.items():
        desk.take(key, value)
    if fetch is not None:
        fetch(desk)
    states = desk.states_of_types()
    if not any(each.clinical and states[each.resource_type] in _USABLE for each in wanted):
        raise RecordUnavailable(_nothing_to_assess(values, desk))
    return Record(tuple(desk.entries), states, (*desk.gaps(states), *desk.unread), desk.told())


def _nothing_to_assess(values: Mapping[str, Raw | Value], desk: Sorting) -> str:
    keys = ", ".join(each.key for each in desk.wanted if each.clinical)
    came = f"{len(values)} prefetch keys came, none" if values else "No prefetch came, and nothing"
    fetched = dict.fromkeys(WORDS[reason].error for reason in desk.reasons.values() if reason)
    why = f" Nothing was fetched: {'; '.join(fetched)}." if fetched else ""
    return (
        f"{came} with clinical data or an empty search of it.{why} Send the searches that discovery lists, "
        f"under these keys: {keys}. If they are configured, check that the EHR's client may read those "
        "resources."
    )
