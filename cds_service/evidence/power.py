"""Power as written beside the words of a leg: "5/5 UE, 2/5 LE bilaterally". An arm keeps its own grade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from cards.findings import Finding, Hit, Kind, Quantity, Side
from cds_service.evidence.dates import Dated
from cds_service.evidence.folding import any_of, folded, holds_any
from cds_service.evidence.grades import Grades
from cds_service.evidence.hits import Site
from cds_service.evidence.limb_rows import LimbRows
from cds_service.evidence.open_chart import OpenResource

# A decimal point and the point of an abbreviation end no clause.
_CLAUSE = re.compile(r"([,;|:\n]|\.(?=\s|$))")


@dataclass(frozen=True, slots=True)
class LegGrade:
    """The lowest grade of a leg, from 0 to 5; `side` None when the text does not tell which."""

    side: Side | None
    grade: float


@dataclass(frozen=True, slots=True)
class _Chunk:
    """One grade with the words that stand before and behind it, up to those of the next."""

    before: str
    grade: float
    after: str


def leg_grades(opened: OpenResource, text: str, site: Site) -> tuple[LegGrade, ...]:
    """The lowest grade of each side in a text that tells of power. `site`: what its record names apart."""
    lowest: dict[Side | None, float] = {}
    for side, grade in _Grades(opened, site).read(text):
        lowest[side] = min(grade, lowest.get(side, grade))
    return tuple(LegGrade(side, grade) for side, grade in lowest.items())


def power_findings(
    opened: OpenResource,
    text: str,
    site: Site,
    *,
    label: str,
    dated: Dated | None,
    code: str,
    muscle: str = "",
) -> list[Finding]:
    """A finding for each leg of whose power a text tells; `label`: the words of the record for it."""
    concept = opened.chart.knowledge.reading["values"]["power_concept"]
    return [
        finding
        for leg in leg_grades(opened, text, site)
        for finding in opened.finding(
            Kind.OBSERVATION,
            label,
            (Hit(concept, side=leg.side, by_code=False),),
            dated,
            code=code,
            muscle=muscle,
            quantity=Quantity(leg.grade, ""),
            leg_site=True,
        )
    ]


class _Grades:
    """Goes through the clauses of one text; a clause without a grade is the heading of those behind it."""

    def __init__(self, opened: OpenResource, site: Site) -> None:
        self._opened = opened
        self._where = site
        self._tells_power = False
        reading = opened.chart.knowledge.reading
        self._values, self._past = reading["values"], reading["historical"]["near"]
        self._limb_rows = LimbRows(reading)
        self._pattern = Grades(self._values).pattern

    def read(self, text: str) -> Iterator[tuple[Side | None, float]]:
        parts = _CLAUSE.split(text)
        for clause, mark in zip_longest(parts[::2], parts[1::2], fillvalue=""):
            words, chunks = folded(clause), list(self._chunks(clause))
            of_limb = self._limb_rows.grades(clause, [(each.before, each.after) for each in chunks], mark)
            if holds_any(words, self._values["power_words"]):
                self._tells_power = True
            if holds_any(words, self._values["power_not"]):
                self._tells_power = False
                continue
            if not chunks:
                self._turn_to(self._site(clause))
            elif (self._tells_power or of_limb) and not holds_any(words, self._past):
                yield from self._of_legs(chunks)

    def _of_legs(self, chunks: list[_Chunk]) -> Iterator[tuple[Side | None, float]]:
        for chunk in chunks:
            before, after = self._site(chunk.before), self._site(chunk.after)
            first, then = (before, after) if before.leg or before.other else (after, before)
            self._turn_to(replace(first, side=first.side or then.side))
            if self._where.leg:
                yield self._where.side, chunk.grade

    def _turn_to(self, site: Site) -> None:
        """Takes over a site that is named; a side by itself stays with the site before it."""
        if site.leg or site.other:
            same = site.leg and self._where.leg
            self._where = replace(site, side=site.side or (self._where.side if same else None))
        elif site.side:
            self._where = replace(self._where, side=site.side)

    def _site(self, words: str) -> Site:
        coded = self._opened.text(words, name=True)
        leg, other = coded.leg_site, coded.other_site
        if leg and other:
            # "Arms and legs 4/5" is of both; "2/5 arms, legs normal" of the arms.
            leg = holds_any(folded(words), self._values["grade_joins"])
            leg = leg and not holds_any(folded(words), self._values["normal"])
        return Site(side=coded.side, leg=leg, other=other and not leg)

    def _chunks(self, clause: str) -> Iterator[_Chunk]:
        found = [each for each in self._pattern.finditer(clause) if not self._is_date(clause[: each.start()])]
        if not found:
            return
        sited = self._site(clause[: found[0].start()]) != Site()
        joins = any_of(self._values["grade_joins"])
        cuts = [_cut(clause, one, other, joins, sited=sited) for one, other in pairwise(found)]
        for each, (start, end) in zip(found, pairwise([0, *cuts, len(clause)]), strict=True):
            yield _Chunk(clause[start : each.start()], _grade(each), clause[each.end() : end])

    def _is_date(self, before: str) -> bool:
        words = folded(before).split()
        return bool(words) and words[-1] in self._values["power_dates"]


def _cut(words: str, one: re.Match[str], other: re.Match[str], joins: re.Pattern[str], *, sited: bool) -> int:
    """Where the words of a grade end and those of the next begin."""
    joined = list(joins.finditer(words, one.end(), other.start()))
    if joined:
        return joined[-1].start()
    return one.end() if sited else other.start()


def _grade(found: re.Match[str]) -> float:
    return min(float(grade) for grade in found.groups() if grade)
