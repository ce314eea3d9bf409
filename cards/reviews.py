"""How much of the content a named clinician has reviewed: the rules, and what is said for and against causes."""

from __future__ import annotations

from cards.knowledge_types import Knowledge


def counted(knowledge: Knowledge) -> tuple[int, int]:
    """The statements that were reviewed, and all that there are."""
    evidence = [row for cause in knowledge.causes.values() for row in cause.evidence]
    reviews = [one.reviewed for one in (*knowledge.rules, *evidence)]
    return sum(review is not None for review in reviews), len(reviews)


def said(knowledge: Knowledge) -> str:
    return "{} of {} statements reviewed".format(*counted(knowledge))
