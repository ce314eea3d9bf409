"""Every page in every state that somebody can bring it into: what is looked at, and kept as a picture."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser import bench, charts

if TYPE_CHECKING:
    from playwright.sync_api import Page


def _nothing_more(page: Page) -> None:
    """The page is in this state as soon as it is opened."""


@dataclass(frozen=True, slots=True)
class State:
    """A page, and what is done there."""

    name: str
    path: str
    then: Callable[[Page], None] = _nothing_more
    accepted: Collection[int] = ()
    """HTTP statuses of refusals that belong to it."""


EXPLANATIONS = (
    State("explanations", "/explanations/"),
    State("explanations-red-flags", "/explanations/red-flags"),
    State("explanations-red-flag", "/explanations/red-flags/rf_ces"),
    State("explanations-causes", "/explanations/causes"),
    State("explanations-cause", "/explanations/causes/gbs"),
    State("explanations-features", "/explanations/features"),
    State("explanations-feature-group", "/explanations/features/motor"),
    State("explanations-patterns", "/explanations/patterns"),
    State("explanations-sources", "/explanations/sources"),
    State("explanations-content", "/explanations/content"),
    State("explanations-not-assessed", "/explanations/not-assessed"),
    State("transparency", "/transparency"),
    State("explanations-unknown", "/explanations/causes/nobody-knows-it", accepted=(404,)),
)


def _what_if(page: Page) -> None:
    bench.ask(page, bench.ANKLE)
    bench.add(page, "Urinary retention (new)", when="today")


BENCH = (
    State("bench-sandbox-guide", "/bench/docs/sandbox"),
    State("bench-empty", "/"),
    State("bench-cards", "/", lambda page: bench.ask(page, bench.SADDLE)),
    State("bench-no-cards", "/", lambda page: bench.ask(page, bench.QUIET)),
    State("bench-what-if", "/", _what_if),
    State("bench-rubbish", "/", lambda page: bench.paste(page, '{"resourceType": '), accepted=(400,)),
    State("bench-parts-missing", f"/?chart={bench.SADDLE}&ehr=missing&part=conditions&part=observations"),
    State("bench-whose-chart", "/", lambda page: bench.paste(page, charts.two_patients())),
    State("bench-hostile", "/", lambda page: bench.paste(page, charts.hostile())),
)
STATES = (*BENCH, *EXPLANATIONS)
