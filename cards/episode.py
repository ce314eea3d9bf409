"""When the present episode of weakness began, from entries that continue one another or do not.

The rules are those of `onset_age_days` in the clinical specification (S53); their numbers stand in
``reading.toml`` [time].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cards.findings import Finding, Side, Stance, When
from cards.statements import Statement, Statements


@dataclass(frozen=True, slots=True)
class Episode:
    """The present episode of weakness (or, without weakness, of numbness or root pain)."""

    entries: tuple[Finding, ...] = ()
    """All entries that tell of it, also the undated ones."""
    first: Finding | None = None
    """The entry that tells when it began; None when no entry has a usable date."""

    @property
    def onset(self) -> When | None:
        return self.first.when if self.first else None


def present_episode(
    statements: Statements,
    affirmed: Iterable[Statement],
    denied: Iterable[Statement],
    explained_before: Callable[[datetime], bool],
) -> Episode:
    """The episode that the newest entries belong to.

    `explained_before` tells whether a known chronic disease that fits was recorded before a moment.
    """
    said = list(affirmed)
    dated = sorted((s for s in said if _usable(s, statements)), key=_beginning)
    if not dated:
        return Episode(tuple(s.finding for s in said))
    ends = [s for s in denied if s.finding.when is not None]
    start = 0
    for index in range(1, len(dated)):
        if _begins_anew(dated[index], dated[start:index], ends, statements, explained_before):
            start = index
    undated = tuple(s.finding for s in said if not _usable(s, statements))
    return Episode(tuple(s.finding for s in dated[start:]) + undated, dated[start].finding)


def onset_age_days(episode: Episode, statements: Statements, *, sudden: bool) -> float | None:
    """Days since the onset; None when no date tells.

    A date without a time of day is noon, uncertain by a day: never within the last day, unless it
    is today's and the entry says sudden. A vaguer date is never within the last two days.
    """
    onset = episode.onset
    if onset is None:
        return None
    as_of, time = statements.as_of, statements.knowledge.reading["time"]
    age = max((as_of - onset.middle) / timedelta(days=1), 0.0)
    if onset.span > timedelta(days=1):
        return max(age, float(time["vague_floor_days"]))
    today = onset.earliest <= as_of <= onset.latest
    if onset.span > timedelta(hours=1) and not (sudden and today):
        return max(age, float(time["date_only_floor_days"]))
    return age


def _beginning(statement: Statement) -> tuple[datetime, datetime, str]:
    when = statement.finding.when
    assert when is not None  # only dated statements are sorted
    return when.earliest, when.latest, statement.finding.source.reference


def _usable(statement: Statement, statements: Statements) -> bool:
    """A date that may be new or old by years tells nothing: the entry counts as undated."""
    when = statement.finding.when
    if when is None:
        return False
    if when.span <= statements.days("vague_days"):
        return True
    newest_age = statements.as_of - when.latest
    return newest_age > statements.days("new_or_worse_days")


def _begins_anew(
    entry: Statement,
    earlier: list[Statement],
    ends: list[Statement],
    statements: Statements,
    explained_before: Callable[[datetime], bool],
) -> bool:
    last = earlier[-1]
    began, before = entry.finding.when, last.finding.when
    if began is None or before is None:
        return False
    gap = began.earliest - before.latest
    if gap <= timedelta(0):
        return False
    if entry.finding.onset_stated and gap > statements.days("new_episode_days"):
        return True
    if _other_side(entry, earlier) or _ended_between(last, entry, ends):
        return True
    if _says(entry.finding, statements.knowledge.reading["time"]["new_episode_words"]):
        return True
    if gap <= statements.days("episode_gap_days"):
        return False
    lasting = any(s.finding.problem_list and not s.finding.historical for s in earlier)
    return not (lasting or explained_before(began.earliest))


def _other_side(entry: Statement, earlier: list[Statement]) -> bool:
    sides = {s.side for s in earlier if s.side is not None}
    return entry.side in (Side.LEFT, Side.RIGHT) and bool(sides) and entry.side not in sides | {Side.BILATERAL}


def _ended_between(last: Statement, entry: Statement, ends: list[Statement]) -> bool:
    began, before = entry.finding.when, last.finding.when
    assert began is not None
    assert before is not None
    if last.finding.ended is not None and last.finding.ended.latest <= began.latest:
        return True
    return any(
        no.finding.when is not None and before.latest < no.finding.when.earliest < began.earliest
        for no in ends
    )


def _says(finding: Finding, concept: str) -> bool:
    return any(hit.concept == concept and hit.stance is Stance.AFFIRMED for hit in finding.hits)
