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
    other_side: tuple[Finding, ...] = ()
    """Entries of the days before about the other side alone: together both sides are weak."""

    @property
    def onset(self) -> When | None:
        return self.first.when if self.first else None


@dataclass(frozen=True, slots=True)
class _Dated:
    """A statement with the date that it surely has."""

    statement: Statement
    when: When

    @property
    def finding(self) -> Finding:
        return self.statement.finding

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return self.when.earliest, self.when.latest, self.finding.source.reference


def present_episode(
    statements: Statements,
    affirmed: Iterable[Statement],
    denied: Iterable[Statement],
    explained_before: Callable[[datetime], bool],
    *,
    anew_after: timedelta,
) -> Episode:
    """The episode that the newest entries belong to.

    `explained_before` tells whether a known chronic disease that fits was recorded before a moment.
    `anew_after`: a stated onset so long after an earlier entry begins a new episode.
    """
    said = list(affirmed)
    dated = sorted((d for s in said if (d := _dated(s, statements))), key=lambda d: d.order)
    if not dated:
        return Episode(tuple(s.finding for s in said))
    ends = [no.finding.when for no in denied if no.finding.when is not None]
    start, other_side = 0, list[_Dated]()
    for index in range(1, len(dated)):
        entry, earlier = dated[index], dated[start:index]
        if entry.when.earliest <= earlier[-1].when.latest:
            continue
        if _begins_anew(entry, earlier, ends, statements, explained_before, anew_after=anew_after):
            start, other_side = index, []
        elif _other_side(entry, before := earlier + other_side):
            # Another side is a new beginning, but of both legs when the first was weak only days ago.
            joined = statements.days("sides_joined_days")
            start, other_side = index, [d for d in before if entry.when.earliest - d.when.latest <= joined]
    undated = tuple(s.finding for s in said if _dated(s, statements) is None)
    return Episode(
        tuple(d.finding for d in dated[start:]) + undated,
        dated[start].finding,
        tuple(d.finding for d in other_side),
    )


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


def _dated(statement: Statement, statements: Statements) -> _Dated | None:
    """None when undated; a date that may be new or old by years tells no more than that."""
    when = statement.finding.when
    if when is None:
        return None
    newest_age = statements.as_of - when.latest
    if when.span <= statements.days("vague_days") or newest_age > statements.days("new_or_worse_days"):
        return _Dated(statement, when)
    return None


def _begins_anew(
    entry: _Dated,
    earlier: list[_Dated],
    ends: list[When],
    statements: Statements,
    explained_before: Callable[[datetime], bool],
    *,
    anew_after: timedelta,
) -> bool:
    last = earlier[-1]
    gap = entry.when.earliest - last.when.latest
    if entry.finding.onset_stated and gap > anew_after:
        return True
    if _ended_between(last, entry, ends):
        return True
    if entry.finding.onset_stated and _patterns(entry, statements) - _patterns_of(earlier, statements):
        return True
    at_once = timedelta(hours=float(statements.knowledge.reading["time"]["same_encounter_hours"]))
    if gap > at_once and _says(entry.finding, str(statements.knowledge.reading["time"]["new_episode_words"])):
        return True
    if gap <= statements.days("episode_gap_days"):
        return False
    lasting = any(d.finding.problem_list and not d.finding.historical for d in earlier)
    return not (lasting or explained_before(entry.when.earliest))


def _other_side(entry: _Dated, earlier: list[_Dated]) -> bool:
    """One leg, when only the other was weak; it is no other side when both were."""
    side = entry.statement.side
    sides = {d.statement.side for d in earlier if d.statement.side is not None}
    return side in (Side.LEFT, Side.RIGHT) and bool(sides) and not sides & {side, Side.BILATERAL}


def _ended_between(last: _Dated, entry: _Dated, ends: list[When]) -> bool:
    if last.finding.ended is not None and last.finding.ended.latest <= entry.when.latest:
        return True
    return any(last.when.latest < end.earliest < entry.when.earliest for end in ends)


def _patterns(dated: _Dated, statements: Statements) -> set[str]:
    """Of the patterns of weakness (one side of the body, both legs, all limbs) those that an entry names."""
    patterns = statements.knowledge.reading["time"]["new_pattern_concepts"]
    return {hit.concept for hit in dated.finding.hits if hit.concept in patterns}


def _patterns_of(earlier: list[_Dated], statements: Statements) -> set[str]:
    return {pattern for dated in earlier for pattern in _patterns(dated, statements)}


def _says(finding: Finding, concept: str) -> bool:
    return any(hit.concept == concept and hit.stance is Stance.AFFIRMED for hit in finding.hits)
