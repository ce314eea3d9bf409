"""The words a clinician sees: an assessment as cards, the finding before the inference.

All wording is in ``wording.toml``; text of the record is escaped where it enters (`cards.words`).
Dates are shown in the time zone that is handed in: that of the hospital.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, tzinfo

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
        summary=_flag_summary(first, words),
        detail=detail,
    )


def _red_flag_detail(assessment: Assessment, words: Words) -> str:
    first, *others = assessment.red_flags
    in_full = [flag for flag in others if flag.critical][: words.knowledge.policy.max_critical_in_full - 1]
    shown: set[str] = set()
    blocks = [*_flag_in_full(first, words, shown), *_lowering(first, assessment, words)]
    for flag in others:
        if flag in in_full:
            blocks += _flag_in_full(flag, words, shown, also=True)
        else:
            blocks.append(_flag_in_a_line(flag, words))
    blocks += _consider_line(assessment, words)
    if not assessment.differential_due:
        blocks += _gaps(assessment, words)
    blocks += [*_not_assessed(assessment, words), _footer(_sources(assessment.red_flags), words)]
    return "\n\n".join(blocks)


def write_differential_card(assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC) -> Card | None:
    """Possible causes with what is recorded for and against each; None when none is due."""
    if not assessment.differential_due:
        return None
    words = Words(assessment, knowledge, zone)
    wording = knowledge.wording["differential"]
    blocks = [] if assessment.red_flags else [*_why(words.weakness_support(), words)]
    if assessment.causes:
        blocks.append(wording["heading_consider"])
        blocks.append("\n".join(_cause(n, ranked, words) for n, ranked in enumerate(assessment.causes, 1)))
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
    detail = [wording["detail"].format(items=items), *_reasons(assessment, words), _footer((), words)]
    return Card(topic, topic, wording["topic_display"], "info", summary, "\n\n".join(detail))


# ---- the red-flag card


def _flag_summary(flag: RedFlag, words: Words) -> str:
    """As many of the leading findings as fit, then why they matter."""
    wording, knowledge = words.wording, words.knowledge
    template: str = wording["red_flag"]["summary"]
    phrases = list(dict.fromkeys(words.phrase(name) for name in flag.support if name in flag.rule.lead))
    phrases = words.without_repeats(phrases) or [words.phrase(flag.support[0])]
    chosen = phrases[:1]
    for phrase in phrases[1 : wording["summary_findings"]]:
        longer = template.format(lead=words.sentence([*chosen, phrase]), matters=flag.rule.matters)
        if len(longer) > knowledge.wording["summary_aim"]:
            continue
        chosen.append(phrase)
    return words.cut(template.format(lead=words.sentence(chosen), matters=flag.rule.matters))


def _flag_in_full(flag: RedFlag, words: Words, shown: set[str], *, also: bool = False) -> list[str]:
    """Heading, findings and next step; findings that stand on the card already are not said again."""
    wording = words.wording["red_flag"]
    heading = wording["also"].format(title=flag.rule.title) if also else wording["heading_why"]
    template = wording["listed"] if words.is_published(flag.rule.listed_by) else wording["listed_expert"]
    listed = template.format(source=words.source(flag.rule.listed_by), listed_as=flag.rule.listed_as)
    bullets = words.bullets(flag.support, shown)
    return ["\n".join(filter(None, (heading, bullets))) + "\n\n" + listed, _next_step(flag.rule, words)]


def _flag_in_a_line(flag: RedFlag, words: Words) -> str:
    facts = words.listing(words.phrase(name) for name in flag.support[:3])
    line: str = words.wording["red_flag"]["also_line"].format(title=flag.rule.title, facts=facts)
    return line + " " + _next_step(flag.rule, words)


def _next_step(rule: Rule, words: Words) -> str:
    wording = words.wording["red_flag"]
    template = wording["next_step"] if words.is_published(rule.next_step_by) else wording["next_step_expert"]
    step: str = template.format(source=words.source(rule.next_step_by), next_step=rule.next_step)
    return step


def _lowering(flag: RedFlag, assessment: Assessment, words: Words) -> list[str]:
    wording = words.wording["red_flag"]
    lines = []
    if flag.known_since is not None:
        cause = words.knowledge.causes[flag.rule.suggests[0]]
        lines.append(wording["known_since"].format(label=cause.short, date=words.day(flag.known_since.when)))
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
    if others and assessment.causes[1].tied:
        return words.cut(wording["summary_tie"].format(lead=lead, first=first, second=others[0]))
    if others:
        return words.cut(wording["summary_more"].format(lead=lead, first=first, second=others[0]))
    return words.cut(wording["summary_one"].format(lead=lead, first=first))


def _why(support: tuple[str, ...], words: Words) -> list[str]:
    return [words.wording["differential"]["heading_why"] + "\n" + words.bullets(support, set())]


def _cause(number: int, ranked: RankedCause, words: Words) -> str:
    wording = words.wording["differential"]
    mark = _listed_mark(ranked, words) + (wording["mark_tie"] if ranked.tied else "")
    lines = [wording["cause"].format(number=number, label=ranked.cause.short, mark=mark)]
    for template, rows, nothing in (
        (wording["for_line"], ranked.arguments_for, wording["no_for"]),
        (wording["against_line"], ranked.arguments_against, wording["no_against"]),
    ):
        lines.append(template.format(items=words.arguments(rows) or nothing))
    return "\n".join(lines)


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
    return [words.wording["common"]["not_recorded"].format(items=words.listing(assessment.gaps))]


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
