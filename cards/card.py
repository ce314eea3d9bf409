"""The words a clinician sees: an assessment as cards, the finding before the inference.

All wording is in ``wording.toml``; text of the record is escaped where it enters (`cards.words`).
Dates are shown in the time zone that is handed in: that of the hospital.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import takewhile, zip_longest

from cards.assessment import Assessment, RedFlag
from cards.causes import RankedCause
from cards.knowledge import Knowledge, Rule
from cards.words import Words


@dataclass(frozen=True, slots=True)
class Card:
    """A card, before it is put on the wire."""

    key: str
    """Stable name of what the card is about: the code of its topic."""
    topic: str
    topic_display: str
    indicator: str
    summary: str
    detail: str


def write_red_flag_card(assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC) -> Card | None:
    """The red flags that need review, every one that is left after merging; None without one.

    Where the detail would grow too long, the words of the record are left out; no finding is.
    """
    if not assessment.red_flags:
        return None
    first = assessment.red_flags[0]
    words = Words(assessment, knowledge, zone)
    detail = _red_flag_detail(assessment, words)
    if len(detail) > int(knowledge.wording["red_flag_aim"]):
        detail = _red_flag_detail(assessment, Words(assessment, knowledge, zone, quoting=False))
    return Card(
        key=first.rule.topic,
        topic=first.rule.topic,
        topic_display=first.rule.title,
        indicator=assessment.indicator or first.indicator,
        summary=_flag_summary(first, assessment, words),
        detail=detail,
    )


def _red_flag_detail(assessment: Assessment, words: Words) -> str:
    first, *others = assessment.red_flags
    in_full = [flag for flag in others if flag.critical][: words.knowledge.policy.max_critical_in_full - 1]
    shown: set[str] = set()
    blocks = _flag_in_full(first, words, shown, _lowering(first, assessment, words))
    for flag in others:
        if flag in in_full:
            blocks += _flag_in_full(flag, words, shown, also=True)
        else:
            blocks.append(_flag_in_a_line(flag, words))
    blocks += _consider_line(assessment, words)
    if not _has_differential(assessment):
        blocks += _gaps(assessment, words)
    blocks += [*_not_assessed(assessment, words), _footer(_sources(assessment.red_flags), words)]
    return "\n\n".join(blocks)


def write_differential_card(assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC) -> Card | None:
    """Possible causes with what is recorded for and against each; None when none is due."""
    if not _has_differential(assessment):
        return None
    words = Words(assessment, knowledge, zone)
    wording = knowledge.wording["differential"]
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
    blocks += _gaps(assessment, words)
    if not assessment.red_flags:
        blocks += _not_assessed(assessment, words)
    blocks.append(_footer((s for ranked in assessment.causes for s in ranked.cause.sources), words))
    topic = knowledge.wording["differential_topic"]
    return Card(
        key=topic,
        topic=topic,
        topic_display=wording["topic_display"],
        indicator="info",
        summary=_differential_summary(assessment, words),
        detail="\n\n".join(blocks),
    )


def _has_differential(assessment: Assessment) -> bool:
    """Whether the second card would say anything: beside a red flag it holds the causes and no more."""
    return assessment.differential_due and bool(assessment.causes or not assessment.red_flags)


def write_incomplete_card(
    assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC, *, alone: bool
) -> Card | None:
    """Says that the check is incomplete, when no other card can say it and a red flag may be missed."""
    missed = [unread for unread in assessment.unread if unread.could_hold_red_flag]
    if not alone or not missed:
        return None
    words = Words(assessment, knowledge, zone)
    wording = knowledge.wording["incomplete"]
    items = words.parts(missed)
    summary = wording["summary"].format(items=items)
    if len(summary) > knowledge.wording["summary_limit"]:
        summary = wording["summary_short"]
    topic = knowledge.wording["incomplete_topic"]
    detail = [wording["detail"], *_reasons(assessment, words), _footer((), words)]
    return Card(topic, topic, wording["topic_display"], "info", summary, "\n\n".join(detail))


# ---- the red-flag card


def _flag_summary(flag: RedFlag, assessment: Assessment, words: Words) -> str:
    """As many of the leading findings as fit, then why they matter."""
    wording = words.wording
    template: str = wording["red_flag"]["summary"]
    names = words.without_implied(name for name in flag.support if name in flag.rule.lead)
    if flag.known_since is not None:
        names = [name for name in names if flag.known_since not in words.findings(name)] or names
    phrases = words.without_repeats(list(dict.fromkeys(words.phrase(name) for name in names)))
    phrases = phrases or [words.phrase(flag.support[0])]
    chosen = phrases[:1]
    ending = _matters(flag, assessment, words)
    if len(template.format(lead=words.sentence(chosen), matters=ending)) > wording["summary_limit"]:
        ending = flag.rule.matters
    for phrase in phrases[1 : wording["summary_findings"]]:
        longer = template.format(lead=words.sentence([*chosen, phrase]), matters=ending)
        if len(longer) <= wording["summary_aim"]:
            chosen.append(phrase)
    return words.cut(template.format(lead=words.sentence(chosen), matters=ending))


def _matters(flag: RedFlag, assessment: Assessment, words: Words) -> str:
    """Why the findings matter; where the flag was lowered, why it is no more than a warning."""
    wording = words.wording["red_flag"]
    if flag.known_since is not None:
        cause, date = words.knowledge.causes[flag.rule.suggests[0]], words.day(flag.known_since.when)
        return str(wording["matters_known"].format(label=cause.short, date=date))
    if assessment.lowered_for_comfort and flag.rule.critical:
        return str(wording["matters_comfort"].format(matters=flag.rule.matters))
    return flag.rule.matters


def _flag_in_full(
    flag: RedFlag, words: Words, shown: set[str], lowered: Iterable[str] = (), *, also: bool = False
) -> list[str]:
    """Heading, findings, why it was `lowered` and next step; findings on the card are not said again."""
    wording = words.wording["red_flag"]
    heading = wording["also"].format(title=flag.rule.title) if also else wording["heading_why"]
    bullets = words.bullets(flag.support, shown)
    blocks = ["\n".join(filter(None, (heading, bullets))), *lowered]
    same_source = flag.rule.listed_by == flag.rule.next_step_by
    return [*blocks, _listed(flag.rule, words), _next_step(flag.rule, words, source_named=same_source)]


def _flag_in_a_line(flag: RedFlag, words: Words) -> str:
    names = words.without_implied(words.said(flag.support))[: int(words.wording["summary_findings"])]
    facts = words.sentence([words.phrase(name) for name in names])
    line: str = words.wording["red_flag"]["also_line"].format(title=flag.rule.title, facts=facts)
    return line + " " + _next_step(flag.rule, words)


def _listed(rule: Rule, words: Words) -> str:
    wording = words.wording["red_flag"]
    template = wording["listed"] if words.is_published(rule.listed_by) else wording["listed_expert"]
    return str(template.format(source=words.source(rule.listed_by), listed_as=rule.listed_as))


def _next_step(rule: Rule, words: Words, *, source_named: bool = False) -> str:
    """What the source recommends; `source_named`: the sentence before has named it."""
    wording = words.wording["red_flag"]
    if words.is_published(rule.next_step_by):
        template = wording["next_step_same"] if source_named else wording["next_step"]
    else:
        template = wording["next_step_same_expert"] if source_named else wording["next_step_expert"]
    step: str = template.format(source=words.source(rule.next_step_by), next_step=rule.next_step)
    return step


def _lowering(flag: RedFlag, assessment: Assessment, words: Words) -> list[str]:
    wording = words.wording["red_flag"]
    lines = []
    if flag.known_since is not None:
        cause, date = words.knowledge.causes[flag.rule.suggests[0]], words.day(flag.known_since.when)
        lines.append(wording["known_since"].format(label=words.opening(cause.short), date=date))
    if assessment.lowered_for_comfort:
        lines.append(wording["comfort"])
    return lines


def _consider_line(assessment: Assessment, words: Words) -> list[str]:
    """The causes in one line; the differential card holds the arguments."""
    names = [ranked.cause.short + _listed_mark(ranked, words) for ranked in assessment.causes]
    if not names:
        return []
    return [words.wording["red_flag"]["consider"].format(items=words.listing(names))]


# ---- the differential card


def _differential_summary(assessment: Assessment, words: Words) -> str:
    wording = words.wording["differential"]
    lead = words.sentence([words.lead_of_the_weakness()])
    if not assessment.causes:
        return words.cut(wording["summary_none"].format(lead=lead))
    first, *others = (ranked.cause.short for ranked in assessment.causes)
    if assessment.not_enough:
        return words.cut(wording["summary_few"].format(lead=lead, first=first))
    ties = 1 + len(list(takewhile(lambda ranked: ranked.tied, assessment.causes[1:])))
    if ties > 2:
        template = wording["summary_ties"]
    elif ties == 2:
        template = wording["summary_tie"]
    else:
        template = wording["summary_more"] if others else wording["summary_one"]
    second = others[0] if others else ""
    return words.cut(template.format(lead=lead, first=first, second=second, count=ties - 2))


def _why(support: tuple[str, ...], words: Words) -> list[str]:
    return [words.wording["differential"]["heading_why"] + "\n" + words.bullets(support, set())]


def _causes(causes: tuple[RankedCause, ...], words: Words) -> Iterator[str]:
    """Each cause with its lines for and against; how it stands to the one above is said beside its name."""
    wording = words.wording["differential"]
    for number, (ranked, following) in enumerate(zip_longest(causes, causes[1:]), 1):
        mark = _listed_mark(ranked, words) + (wording["mark_tie"] if ranked.tied else "")
        if ranked.pinned and following is not None and following.score >= ranked.score:
            mark += wording["mark_pinned"]
        yield wording["cause"].format(number=number, label=words.opening(ranked.cause.short), mark=mark)
        yield wording["for_line"].format(items=words.arguments(ranked.arguments_for) or wording["no_for"])
        against = words.arguments(ranked.arguments_against) or wording["no_against"]
        yield wording["against_line"].format(items=against)


def _listed_mark(ranked: RankedCause, words: Words) -> str:
    wording = words.wording["differential"]
    if ranked.on_list is None or ranked.cause.known_by_symptom:
        return ""
    key = "mark_listed" if ranked.on_list.problem_list else "mark_recorded"
    if ranked.on_list.when is None:
        return str(wording[f"{key}_undated"])
    return str(wording[key].format(date=words.day(ranked.on_list.when)))


# ---- what both have


def _gaps(assessment: Assessment, words: Words) -> list[str]:
    if not assessment.gaps:
        return []
    key = "not_recorded" if assessment.causes else "not_recorded_unranked"
    return [words.wording["common"][key].format(items=words.listing(assessment.gaps))]


def _not_assessed(assessment: Assessment, words: Words) -> list[str]:
    if not assessment.unread:
        return []
    items = words.parts(assessment.unread)
    return [words.wording["common"]["not_assessed"].format(items=items)]


def _reasons(assessment: Assessment, words: Words) -> list[str]:
    """Why each part could not be assessed, for whoever has to mend it."""
    lines = [f"- {words.part(unread)}: {words.plain(unread.why)}" for unread in assessment.unread]
    limit = int(words.wording["incomplete"]["reasons_shown"])
    return ["\n".join(dict.fromkeys(lines[:limit]))] if lines else []


def _sources(flags: Iterable[RedFlag]) -> Iterable[str]:
    for flag in flags:
        yield from (flag.rule.listed_by, flag.rule.next_step_by)
    for flag in flags:
        yield from flag.rule.sources


def _footer(sources: Iterable[str], words: Words) -> str:
    return words.footer(words.sources(sources))
