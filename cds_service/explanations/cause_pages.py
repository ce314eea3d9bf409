"""The list of causes by group, and the page of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cards.knowledge import Cause
from cds_service.explanations import causes, overview
from cds_service.explanations.leaf import Leaf
from cds_service.explanations.wording import Wording, capital, escaped


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    causes: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list."""

    cause: Cause
    timing: str
    characteristics: str


def index(wording: Wording) -> Leaf:
    titles: Mapping[str, str] = wording.knowledge.wording["cause_groups"]
    groups = [Group(name, title, tuple(_of(name, wording))) for name, title in titles.items()]
    return Leaf(
        "explanations_causes.html", {"groups": groups, "order": overview.section("order", wording, "")}
    )


def _of(group: str, wording: Wording) -> list[Listed]:
    urgency = wording.knowledge.policy.urgency
    return [
        Listed(cause, urgency[cause.urgency], wording.prose(cause.key_characteristics))
        for cause in wording.knowledge.causes.values()
        if cause.group == group
    ]


def page(cause: Cause, wording: Wording) -> Leaf:
    arguments = causes.evidence(cause, wording)
    flags = [
        rule.id
        for rule in wording.knowledge.rules
        if cause.id in rule.suggests and rule.id not in cause.red_flags
    ]
    told = {
        "cause": cause,
        "group": wording.knowledge.wording["cause_groups"][cause.group],
        "kind": [capital(each) for each in causes.kind(cause, wording)],
        "characteristics": wording.prose(cause.key_characteristics),
        "portrait": list(causes.portrait(cause, wording)),
        "needs": "\n".join(causes.needs(cause, wording)),
        "sides": [
            (title, [each for each in arguments if each.direction == direction])
            for title, direction in (("What speaks for it", "for"), ("What speaks against it", "against"))
        ],
        "reviewed": sum(row.reviewed is not None for row in cause.evidence),
        "named_by": [wording.rule(name) for name in flags],
        "sources": [
            f"{wording.source(name)}: {escaped(wording.knowledge.sources[name].title)}"
            for name in dict.fromkeys((*cause.sources, *(row.source for row in cause.evidence)))
        ],
    }
    return Leaf("explanations_cause.html", told)
