"""A few synthetic charts through the real main path: whether this content still gives the cards it must.

At start, and for a new content before it is taken. The charts are fixtures that come with the service, at the
moment for which their answers are recorded; no clock and no EHR can change what comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
import structlog

from cds_service import fixtures, hooks
from cds_service.answer import Answer, Desk, answer
from cds_service.errors import ServiceError
from cds_service.recording import MOMENT
from cds_service.settings import Client, Settings

CHARTS: Mapping[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "sciatica-with-saddle-numbness": (frozenset({"rf_ces"}), ("critical", "info")),
    "sudden-right-sided-weakness": (frozenset({"rf_stroke"}), ("critical", "info")),
    "numb-feet-in-diabetes": (frozenset(), ("info",)),
    "back-pain-weakness-denied": (frozenset(), ()),
    "quiet-chart": (frozenset(), ()),
}
"""Per fixture the red flags that must be among those found, none where none may be; and the indicators of the
cards, in their order."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    charts: int
    failed: tuple[str, ...]
    """The fixtures with other cards than they must have."""

    @property
    def passed(self) -> bool:
        return not self.failed


def run(settings: Settings, desk: Desk) -> Result:
    """Tell the log which charts fail; the clients' own settings play no part."""
    alone = replace(desk.of_client(settings, Client(name="self-test")), fetcher=None).for_whole_charts()
    failed = tuple(name for name in CHARTS if not _is_as_expected(name, alone))
    for name in failed:
        log.error("self-test failed", source=name)
    return Result(len(CHARTS), failed)


def _is_as_expected(name: str, desk: Desk) -> bool:
    try:
        call = hooks.open_call(msgspec.json.encode(fixtures.call(name, MOMENT)))
        done = answer(call, desk, MOMENT, logged=False)
    except (ServiceError, OSError, LookupError, ValueError) as error:
        log.error("self-test not run", source=name, error=type(error).__name__)
        return False
    return _is(done, *CHARTS[name])


def _is(done: Answer, flags: frozenset[str], indicators: tuple[str, ...]) -> bool:
    if done.failed_stages or done.assessment is None:
        return False
    found = {fired.rule.id for fired in done.assessment.red_flags}
    as_flagged = flags <= found if flags else not found
    return as_flagged and tuple(each.indicator for each in done.cards) == indicators
