"""The comparison of two contents as a whole, as text and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import ndiff
from pathlib import Path
from typing import Any

from cards.knowledge import Knowledge
from cds_service.content_changes import charts, size
from cds_service.content_changes.charts import ChartChanged, Shown
from cds_service.content_changes.compare import Difference, PartChanged, differences

NOTHING = "Nothing changed."
LAYOUT = "No statement differs: only comments, layout, version or the list of changes."


@dataclass(frozen=True, slots=True)
class Result:
    before: Knowledge
    after: Knowledge
    found: tuple[Difference, ...]
    charts: tuple[ChartChanged, ...]
    size: str
    raised: str

    @property
    def same(self) -> bool:
        return self.before.digest == self.after.digest

    @property
    def enough(self) -> bool:
        return size.enough(self.size, self.raised)


def compared(before: Path, after: Path) -> Result:
    """Raises `ContentError` or `SettingsRefused`."""
    old, new = charts.desk_of(before), charts.desk_of(after)
    found = tuple(differences(old.knowledge, new.knowledge))
    moved = tuple(charts.changed(old, new))
    return Result(
        old.knowledge,
        new.knowledge,
        found,
        moved,
        size.size(found, moved, old.knowledge, new.knowledge),
        size.raised(old.knowledge.version, new.knowledge.version),
    )


def lines(result: Result) -> Iterator[str]:
    """For people."""
    if result.same:
        yield NOTHING
        return
    for content in (result.before, result.after):
        yield f"{content.version}  {content.digest}"
    if not result.found:
        yield LAYOUT
    for each in result.found:
        yield ""
        yield f"{each.kind.capitalize()} {each.what}: {each.title} ({each.id})"
        yield from (f"  {line}" for part in each.parts for line in _part(part))
    yield ""
    yield f"Fixtures that get other cards: {len(result.charts)}"
    for chart in result.charts:
        yield f"  {chart.chart}"
        if chart.only_detail:
            yield from _details(chart)
        else:
            yield from _cards("before", chart.before)
            yield from _cards("after", chart.after)
    yield ""
    yield _version(result)


def _part(part: PartChanged) -> Iterator[str]:
    if part.added or part.removed:
        yield f"{part.name}:"
        yield from (f"  - {each}" for each in part.removed)
        yield from (f"  + {each}" for each in part.added)
    elif part.before:
        yield f"{part.name}:"
        yield f"  before: {part.before}"
        yield f"  after:  {part.after}"
    else:
        yield f"{part.name}: {part.after}"


def _cards(when: str, cards: Iterable[Shown]) -> Iterator[str]:
    told = [f"{card.level}: {card.summary}" for card in cards] or ["no card"]
    yield from (f"    {when + ':':8}{each}" for each in told)


def _details(chart: ChartChanged) -> Iterator[str]:
    """Of cards whose level and summary are as they were, the lines of the detail that changed."""
    for before, after in zip(chart.before, chart.after, strict=True):
        if before.detail != after.detail:
            yield f"    {after.level}: {after.summary}"
            lines = ndiff(before.detail.splitlines(), after.detail.splitlines())
            yield from (f"      {line}" for line in lines if line[0] in "-+" and line[2:].strip())


def _version(result: Result) -> str:
    versions = f"from {result.before.version} to {result.after.version}"
    said = f"This is a {result.size} change."
    if result.enough:
        return f"{said} The version was raised {versions}."
    if result.raised == "none":
        return f"{said} The version was not raised ({versions}): raise it."
    return f"{said} The version was raised too little ({versions})."


def as_json(result: Result) -> dict[str, Any]:
    return {
        "same": result.same,
        "before": {"version": result.before.version, "digest": result.before.digest},
        "after": {"version": result.after.version, "digest": result.after.digest},
        "differences": [asdict(each) for each in result.found],
        "charts": [
            {
                "chart": each.chart,
                "before": _short(each.before),
                "after": _short(each.after),
                "details": [line.strip() for line in _details(each)] if each.only_detail else [],
            }
            for each in result.charts
        ],
        "change": result.size,
        "versionRaised": result.raised,
        "versionRaisedEnough": result.enough,
    }


def _short(cards: Iterable[Shown]) -> list[dict[str, str]]:
    return [{"level": card.level, "summary": card.summary} for card in cards]
