"""Charts as wards write them, and beside them the cards that each gets, to be read aloud.

`CHARTS` holds the charts by name; `NAME.md` is what an EHR would show for one at the moment `ward.AS_OF`.
`python -m tests.record_cards` writes it anew, and tests/clinical/test_card_snapshots.py compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

from tests.clinical.cards import emergencies, no_alarm, same_day
from tests.clinical.cards.ward import WardChart

Written = Callable[[], WardChart]


def _of(module: ModuleType) -> Iterator[tuple[str, Written]]:
    for name, written in vars(module).items():
        if callable(written) and written.__module__ == module.__name__:
            yield name.replace("_", "-"), written


CHARTS: Mapping[str, Written] = {**dict(_of(emergencies)), **dict(_of(same_day)), **dict(_of(no_alarm))}


def story(name: str) -> str:
    return " ".join(str(CHARTS[name].__doc__).split())
