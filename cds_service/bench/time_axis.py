"""Where a moment stands on the time line: now at the right, and the further back, the closer together.

Between two ticks time runs evenly, and each step between ticks is as wide as the next, so that five hours ago
and three years ago can both be read off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

_HOUR, _DAY, _YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365.25)
STEPS: tuple[tuple[timedelta, str, str], ...] = (
    (0 * _DAY, "now", "now"),
    (6 * _HOUR, "6 hours", "6 h"),
    (1 * _DAY, "1 day", "1 d"),
    (7 * _DAY, "1 week", "1 wk"),
    (42 * _DAY, "6 weeks", "6 wk"),
    (_YEAR / 2, "6 months", "6 mo"),
    (2 * _YEAR, "2 years", "2 y"),
    (10 * _YEAR, "10 years", "10 y"),
    (130 * _YEAR, "130 years", "130 y"),
)
"""How long ago, and the words for it, long and short. No patient is older than the last."""
_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The scale of one picture, in its own units."""

    now: datetime
    left: float
    right: float
    """Where now is; what lies later than now is shown there too."""
    steps: int
    """How many steps of STEPS are shown."""

    @classmethod
    def over(cls, moments: Iterable[datetime], now: datetime, left: float, right: float) -> Axis:
        """As long as the oldest of the moments asks for, and never shorter than a week."""
        oldest = max((now - moment for moment in moments), default=timedelta(0))
        steps = next((i for i, (ago, *_) in enumerate(STEPS) if ago >= oldest), len(STEPS) - 1)
        return cls(now, left, right, max(steps, _AT_LEAST))

    def x(self, moment: datetime) -> float:
        ago = self.now - moment
        step = (self.right - self.left) / self.steps
        shown = STEPS[: self.steps + 1]
        for place, ((near, *_), (far, *_)) in enumerate(pairwise(shown)):
            if ago <= far:
                share = max((ago - near) / (far - near), 0.0)
                return self.right - (place + share) * step
        return self.left

    def ticks(self, *, short: bool) -> tuple[Tick, ...]:
        shown = STEPS[: self.steps + 1]
        return tuple(Tick(self.x(self.now - ago), brief if short else words) for ago, words, brief in shown)
