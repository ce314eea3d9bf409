"""A red-flag card of the content's words alone, for a red flag whose card could not be written.

No finding is named and no text of the record touched, as one of them may be what the other card failed at.
"""

from __future__ import annotations

from collections.abc import Iterator

from cards import about
from cards.assessment import Assessment
from cards.card import Card
from cards.knowledge import Knowledge, Rule


def write(assessment: Assessment, knowledge: Knowledge) -> Card | None:
    """None without a red flag."""
    if not assessment.red_flags:
        return None
    first = assessment.red_flags[0]
    wording = knowledge.wording["red_flag"]
    summary = wording["summary"].format(lead=wording["plain_lead"], matters=first.rule.matters)
    return Card(
        key=first.rule.topic,
        topic=first.rule.topic,
        topic_display=first.rule.title,
        indicator=assessment.indicator or first.indicator,
        summary=summary,
        detail="\n\n".join(_blocks(assessment, knowledge)),
        about=about.red_flags(assessment.red_flags),
    )


def _blocks(assessment: Assessment, knowledge: Knowledge) -> Iterator[str]:
    wording = knowledge.wording["red_flag"]
    yield f"{wording['heading_why']}\n{wording['plain_why']}"
    for flag in assessment.red_flags:
        yield wording["plain_flag"].format(title=flag.rule.title)
        yield _next_step(flag.rule, knowledge)


def _next_step(rule: Rule, knowledge: Knowledge) -> str:
    expert = rule.next_step_by in knowledge.wording["expert_sources"]
    template: str = knowledge.wording["red_flag"]["next_step_expert" if expert else "next_step"]
    return template.format(source=knowledge.sources[rule.next_step_by].short, next_step=rule.next_step)
