"""A worked example: one patient of the clinical specification, told in our own words.

A story is one or more charts of the same patient, as different EHRs would record it: by code, in words, in a
form, in a report. Every one of them must get the same red flags and the same level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.clinical.bedside import Resource

Chart = list[Resource]
Charts = Iterator[Chart]


@dataclass(frozen=True)
class Story:
    """What the service must say of a patient. Flags are complete: no other one may fire.

    `first`: the first cause listed, "" if the specification leaves it open; `listed` and `never`: causes
    that must and must not be there. `charts` counts back from the held clock: call it inside `at_moment`.
    """

    says: str
    charts: Callable[[], Charts]
    critical: tuple[str, ...]
    warning: tuple[str, ...]
    silent: bool
    first: str
    listed: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.charts.__name__

    @property
    def flags(self) -> dict[str, str]:
        return dict.fromkeys(self.critical, "critical") | dict.fromkeys(self.warning, "warning")

    @property
    def level(self) -> str | None:
        """Of the first card; None when there is nothing to say."""
        if self.silent:
            return None
        return "critical" if self.critical else "warning" if self.warning else "info"


def story(
    says: str,
    *,
    critical: str = "",
    warning: str = "",
    silent: bool = False,
    first: str = "",
    listed: str = "",
    never: str = "",
) -> Callable[[Callable[[], Charts]], Story]:
    """Ids are written in one string, parted by blanks."""

    def made(charts: Callable[[], Charts]) -> Story:
        flags = tuple(critical.split()), tuple(warning.split())
        return Story(says, charts, *flags, silent, first, tuple(listed.split()), tuple(never.split()))

    return made
