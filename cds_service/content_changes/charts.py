"""Which of the synthetic charts get other cards with another content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from cds_service import fixtures, hooks
from cds_service.answer import Desk, answer
from cds_service.recording import MOMENT
from cds_service.settings import Settings


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as it is told apart."""

    level: str
    summary: str
    detail: str
    """Without the version of the content."""


@dataclass(frozen=True, slots=True)
class ChartChanged:
    """A chart that gets other cards."""

    chart: str
    before: tuple[Shown, ...]
    after: tuple[Shown, ...]

    @property
    def level_changed(self) -> bool:
        """Another level stands first, or there is a card where there was none."""
        return [each.level for each in self.before[:1]] != [each.level for each in self.after[:1]]

    @property
    def only_detail(self) -> bool:
        told = [[(each.level, each.summary) for each in cards] for cards in (self.before, self.after)]
        return told[0] == told[1]


def desk_of(content: Path) -> Desk:
    """Raises `ContentError` or `SettingsRefused`."""
    return Desk.ready(Settings(content=content, database_url="none"))


def changed(before: Desk, after: Desk) -> list[ChartChanged]:
    found = []
    for name in fixtures.names():
        old, new = _shown(name, before), _shown(name, after)
        if old != new:
            found.append(ChartChanged(name, old, new))
    return found


def _shown(name: str, desk: Desk) -> tuple[Shown, ...]:
    call = hooks.open_call(msgspec.json.encode(fixtures.call(name, MOMENT)))
    version = desk.knowledge.version
    return tuple(
        Shown(card.indicator, card.summary, card.detail.replace(f"Content {version}", "Content"))
        for card in answer(call, desk, MOMENT).cards
    )
