"""The parts that all cards have."""

from __future__ import annotations

from collections.abc import Iterable

from cards.assessment import Assessment
from cards.causes import RankedCause
from cards.words import Words


def gaps(assessment: Assessment, words: Words) -> list[str]:
    if not assessment.gaps:
        return []
    key = "not_recorded" if assessment.causes else "not_recorded_unranked"
    return [words.wording["common"][key].format(items=words.listing(assessment.gaps))]


def not_assessed(assessment: Assessment, words: Words) -> list[str]:
    if not assessment.unread:
        return []
    items = words.parts(assessment.unread)
    return [words.wording["common"]["not_assessed"].format(items=items)]


def reasons(assessment: Assessment, words: Words) -> list[str]:
    """Why each part could not be assessed, first where a red flag may stand; how many more there are."""
    worst_first = sorted(assessment.unread, key=lambda unread: not unread.could_hold_red_flag)
    lines = list(dict.fromkeys(f"- {words.part(each)}: {words.plain(each.why)}" for each in worst_first))
    limit = int(words.wording["incomplete"]["reasons_shown"])
    if len(lines) > limit:
        lines[limit:] = ["- " + words.wording["more"].format(count=len(lines) - limit)]
    return ["\n".join(lines)] if lines else []


def footer(sources: Iterable[str], words: Words) -> str:
    return words.footer(words.sources(sources))


def listed_marks(ranked: RankedCause, words: Words) -> list[str]:
    """Since when its diagnosis is recorded, if it is."""
    wording = words.wording["differential"]
    if ranked.on_list is None or ranked.cause.known_by_symptom:
        return []
    key = "mark_listed" if ranked.on_list.problem_list else "mark_recorded"
    if ranked.on_list.when is None:
        mark = str(wording[f"{key}_undated"])
    else:
        mark = str(wording[key].format(date=words.day(ranked.on_list.when)))
    return [f"{ranked.cause.known_as} {mark}".strip()]


def in_brackets(marks: list[str], words: Words) -> str:
    if not marks:
        return ""
    return str(words.wording["differential"]["marks"].format(items=words.listing(marks)))
