"""The words of the red-flag card: what is recorded together, why it matters, what its source recommends."""

from __future__ import annotations

from collections.abc import Iterable

from cards.assessment import Assessment, RedFlag
from cards.card_parts import footer, gaps, in_brackets, listed_marks, not_assessed
from cards.knowledge import Rule
from cards.words import Words


def summary(flag: RedFlag, assessment: Assessment, words: Words) -> str:
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
    said: str = template.format(lead=words.sentence(chosen), matters=ending)
    counted = said + _further(len(assessment.red_flags) - 1, words)
    return counted if len(counted) <= wording["summary_limit"] else words.cut(said)


def _further(number: int, words: Words) -> str:
    """How many other red flags the card holds, so that nobody stops at the first."""
    wording = words.wording["red_flag"]
    template = wording["further_one"] if number == 1 else wording["further"]
    return str(template.format(count=number)) if number else ""


def _matters(flag: RedFlag, assessment: Assessment, words: Words) -> str:
    """Why the findings matter; where the flag was lowered, why it is no more than a warning."""
    wording = words.wording["red_flag"]
    if flag.known_since is not None:
        cause, date = words.knowledge.causes[flag.rule.suggests[0]], words.day(flag.known_since.when)
        return str(wording["matters_known"].format(label=cause.short, date=date))
    if assessment.lowered_for_comfort and flag.rule.critical:
        return str(wording["matters_comfort"].format(matters=flag.rule.matters))
    return flag.rule.matters


def detail(assessment: Assessment, words: Words, *, gaps_here: bool) -> str:
    """Every flag that is left after merging; `gaps_here`: no second card will ask for what is missing."""
    first, *others = assessment.red_flags
    in_full = [flag for flag in others if flag.critical][: words.knowledge.policy.max_critical_in_full - 1]
    shown: set[str] = set()
    blocks = _flag_in_full(first, words, shown, _lowering(first, assessment, words))
    for flag in others:
        if flag in in_full:
            blocks += _flag_in_full(flag, words, shown, also=True)
        else:
            blocks += _flag_in_short(flag, words)
    blocks += _consider_line(assessment, words)
    if gaps_here:
        blocks += gaps(assessment, words)
    blocks += [*not_assessed(assessment, words), footer(_sources(assessment.red_flags), words)]
    return "\n\n".join(blocks)


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


def _flag_in_short(flag: RedFlag, words: Words) -> list[str]:
    """The leading findings in a sentence, and the next step."""
    names = words.without_implied(words.said(flag.support))[: int(words.wording["summary_findings"])]
    facts = words.sentence([words.phrase(name) for name in names])
    line: str = words.wording["red_flag"]["also_line"].format(title=flag.rule.title, facts=facts)
    return [line, _next_step(flag.rule, words)]


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
        entry = words.entry(words.knowledge.policy.lower_to_warning_if)
        lines.append(wording["comfort"].format(entry=entry))
    return lines


def _consider_line(assessment: Assessment, words: Words) -> list[str]:
    """The causes in one line; the differential card holds the arguments."""
    names = [r.cause.short + in_brackets(listed_marks(r, words), words) for r in assessment.causes]
    if not names:
        return []
    return [words.wording["red_flag"]["consider"].format(items=words.listing(names))]


def _sources(flags: Iterable[RedFlag]) -> Iterable[str]:
    for flag in flags:
        yield from (flag.rule.listed_by, flag.rule.next_step_by)
    for flag in flags:
        yield from flag.rule.sources
