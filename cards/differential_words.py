"""The words of the differential: the causes in order, with what is recorded for and against each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile, zip_longest

from cards.assessment import Assessment
from cards.card_parts import footer, gaps, in_brackets, listed_marks, not_assessed
from cards.causes import RankedCause, Weighed
from cards.words import Words


def summary(assessment: Assessment, words: Words) -> str:
    """The weakness, then the first causes; causes of equal standing are named as such or counted."""
    wording = words.wording["differential"]
    lead = words.sentence([words.lead_of_the_weakness()])
    if not assessment.causes:
        return words.cut(wording["summary_none"].format(lead=lead))
    first, *others = (ranked.cause.short for ranked in assessment.causes)
    if assessment.not_enough:
        return words.cut(wording["summary_few"].format(lead=lead, first=first))
    ties = _ties(assessment.causes)
    equal_seconds = others[: _ties(assessment.causes[1:])]
    if ties > 2:
        template = wording["summary_ties"]
    elif ties == 2:
        template = wording["summary_tie"]
    elif len(equal_seconds) > 1:
        template = wording["summary_more_tied"]
    else:
        template = wording["summary_more"] if others else wording["summary_one"]
    filled = {"second": others[0] if others else "", "items": wording["both"].join(equal_seconds)}
    said: str = template.format(lead=lead, first=first, count=ties - 2, **filled)
    return (
        said
        if len(said) <= words.wording["summary_limit"]
        else words.cut(wording["summary_first"].format(lead=lead, first=first))
    )


def _ties(causes: tuple[RankedCause, ...]) -> int:
    """How many causes stand equal at the top of these."""
    return len(causes[:1]) + len(list(takewhile(lambda ranked: ranked.tied, causes[1:])))


def detail(assessment: Assessment, words: Words) -> str:
    wording = words.wording["differential"]
    blocks = [] if assessment.red_flags else [*_why(words.weakness_support(), words)]
    if assessment.causes:
        blocks.append(wording["heading_consider"])
        blocks.append("\n".join(_causes(assessment.causes, words)))
    if assessment.not_enough:
        names = words.listing(cause.short for cause in assessment.not_enough)
        blocks.append(wording["not_enough"].format(items=names))
    if assessment.do_not_miss:
        names = words.listing(cause.short for cause in assessment.do_not_miss)
        blocks.append(wording["do_not_miss"].format(items=names))
    blocks += gaps(assessment, words)
    if not assessment.red_flags:
        blocks += not_assessed(assessment, words)
    blocks.append(footer((s for ranked in assessment.causes for s in ranked.cause.sources), words))
    return "\n\n".join(blocks)


def _why(support: tuple[str, ...], words: Words) -> list[str]:
    return [words.wording["differential"]["heading_why"] + "\n" + words.bullets(support, set())]


def _causes(causes: tuple[RankedCause, ...], words: Words) -> Iterator[str]:
    """Each cause with its lines for and against; how it stands to the one above is said beside its name."""
    wording = words.wording["differential"]
    for number, (ranked, following) in enumerate(zip_longest(causes, causes[1:]), 1):
        marks = [*listed_marks(ranked, words), *([wording["mark_tie"]] if ranked.tied else [])]
        if ranked.pinned and following is not None and following.score >= ranked.score:
            marks.append(wording["mark_pinned"])
        mark = in_brackets(marks, words)
        yield wording["cause"].format(number=number, label=words.opening(ranked.cause.short), mark=mark)
        # A cause that no statement supports is listed for what it needs: a weakness of one side since today.
        told = words.arguments(ranked.arguments_for) or words.grounds(ranked.cause.needs)
        yield wording["for_line"].format(items=told or wording["no_for"])
        against = words.arguments(_one_sided(ranked)) or wording["no_against"]
        yield wording["against_line"].format(items=against)


def _one_sided(ranked: RankedCause) -> Iterator[Weighed]:
    """What speaks against a cause, without a yes or no that was named for it: only a number can do both."""
    told = {name for row in ranked.arguments_for for name in row.features}
    for row in ranked.arguments_against:
        measured = {use.feature for use in row.evidence.when.uses if use.numbers or use.values}
        yield replace(row, features=tuple(f for f in row.features if f not in told or f in measured))
