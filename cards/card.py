"""The words a clinician sees: an assessment as cards, the finding before the inference.

All wording is in ``wording.toml``; text of the record is escaped where it
enters (`cards.phrases`, `cards.words`), and a summary, which is plain text, takes the escapes off again.
Dates are shown in the time zone that is handed in: that of the hospital.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from cards import about, differential_words, red_flag_words
from cards.about import About
from cards.assessment import Assessment
from cards.card_parts import footer, reasons
from cards.knowledge import Knowledge
from cards.record_text import plain
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
    about: tuple[About, ...]
    """What is explained elsewhere: first why the card is shown, or what it says as a whole."""


def write_red_flag_card(assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC) -> Card | None:
    """The red flags that need review, every one that is left after merging; None without one.

    Where the detail would grow too long, the words of the record are left out; no finding is.
    """
    if not assessment.red_flags:
        return None
    first = assessment.red_flags[0]
    words = Words(assessment, knowledge, zone)
    gaps_here = not _has_differential(assessment)
    detail = red_flag_words.detail(assessment, words, gaps_here=gaps_here)
    if len(detail) > int(knowledge.wording["red_flag_aim"]):
        unquoted = Words(assessment, knowledge, zone, quoting=False)
        detail = red_flag_words.detail(assessment, unquoted, gaps_here=gaps_here)
    return Card(
        key=first.rule.topic,
        topic=first.rule.topic,
        topic_display=first.rule.title,
        indicator=assessment.indicator or first.indicator,
        summary=plain(red_flag_words.summary(first, assessment, words)),
        detail=detail,
        about=about.red_flags(assessment.red_flags) + (about.causes(assessment.causes) if gaps_here else ()),
    )


def write_differential_card(assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC) -> Card | None:
    """Possible causes with what is recorded for and against each; None when none is due."""
    if not _has_differential(assessment):
        return None
    words = Words(assessment, knowledge, zone)
    topic = knowledge.wording["differential_topic"]
    return Card(
        key=topic,
        topic=topic,
        topic_display=knowledge.wording["differential"]["topic_display"],
        indicator="info",
        summary=plain(differential_words.summary(assessment, words)),
        detail=differential_words.detail(assessment, words),
        about=(about.ORDER, *about.causes(assessment.causes)),
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
    summary = plain(wording["summary"].format(items=items))
    if len(summary) > knowledge.wording["summary_limit"]:
        summary = wording["summary_short"]
    topic = knowledge.wording["incomplete_topic"]
    detail = [wording["detail"], *reasons(assessment, words), footer((), words)]
    return Card(
        key=topic,
        topic=topic,
        topic_display=wording["topic_display"],
        indicator="info",
        summary=summary,
        detail="\n\n".join(detail),
        about=(about.NOT_ASSESSED,),
    )
