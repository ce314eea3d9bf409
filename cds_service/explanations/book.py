"""All explanation pages by their paths, each made when it is asked for.

Nothing here knows of a patient: the same content gives the same pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from cards import reviews
from cards.knowledge import Knowledge
from cds_service.explanations import addresses, cause_pages, feature_pages, overview, red_flag_pages, used_by
from cds_service.explanations.leaf import Leaf
from cds_service.explanations.links import PageLinks
from cds_service.explanations.used_by import UsedBy
from cds_service.explanations.uses import of_sources
from cds_service.explanations.wording import Wording, count

Book = Mapping[str, Callable[[], Leaf]]


def book(knowledge: Knowledge, prefix: str) -> Book:
    """By path below the service's base; `prefix` is the base's own path, for links."""
    wording = Wording(knowledge, PageLinks(knowledge, prefix))
    pages: dict[str, Callable[[], Leaf]] = {
        addresses.INDEX.rstrip("/"): partial(_index, wording, prefix),
        addresses.RED_FLAGS: partial(red_flag_pages.index, wording),
        addresses.CAUSES: partial(cause_pages.index, wording),
        addresses.FEATURES: partial(feature_pages.index, wording),
        addresses.PATTERNS: partial(feature_pages.patterns, wording),
        addresses.SOURCES: partial(_sources, wording),
        addresses.CONTENT: partial(_content, wording),
        addresses.NOT_ASSESSED: partial(_not_assessed, wording),
    }
    for rule in knowledge.rules:
        pages[addresses.red_flag(rule.id)] = partial(red_flag_pages.page, rule, wording)
    for cause in knowledge.causes.values():
        pages[addresses.cause(cause.id)] = partial(cause_pages.page, cause, wording)
    for name in knowledge.wording["feature_groups"]:
        pages[addresses.group(name)] = partial(feature_pages.group, name, wording)
    return pages


def _numbers(knowledge: Knowledge) -> Mapping[str, int]:
    causes = knowledge.causes.values()
    reviewed, reviewable = reviews.counted(knowledge)
    return {
        "red_flags": len(knowledge.rules),
        "critical": sum(rule.critical for rule in knowledge.rules),
        "causes": len(causes),
        "statements": sum(len(cause.evidence) for cause in causes),
        "features": len(knowledge.features),
        "patterns": len(knowledge.derived),
        "sources": len(knowledge.sources),
        "reviewed": reviewed,
        "reviewable": reviewable,
    }


def _index(wording: Wording, prefix: str) -> Leaf:
    known = wording.knowledge
    definitions = f"[features]({prefix}{addresses.FEATURES}), [patterns]({prefix}{addresses.PATTERNS})"
    parts = ("comes_about", "silent", "fatigue", "not_done")
    told = {name: overview.section(name, wording, definitions) for name in parts}
    return Leaf("explanations_index.html", {**told, "numbers": _numbers(known)})


@dataclass(frozen=True, slots=True)
class _Source:
    id: str
    short: str
    title: str
    seen: str
    statements: str
    uses: tuple[UsedBy, ...]


def _sources(wording: Wording) -> Leaf:
    known = wording.knowledge
    told = [
        _Source(
            id=name,
            short=known.sources[name].short,
            title=known.sources[name].title,
            seen=known.sources[name].seen,
            statements=count(len(uses), "statement"),
            uses=tuple(used_by.told(uses, wording, counted=True)),
        )
        for name, uses in of_sources(known).items()
    ]
    return Leaf("explanations_sources.html", {"sources": told})


def _content(wording: Wording) -> Leaf:
    known = wording.knowledge
    return Leaf("explanations_content.html", {"content": known, "numbers": _numbers(known)})


def _not_assessed(wording: Wording) -> Leaf:
    parts = ("not_assessed", "not_assessed_counts", "not_assessed_do")
    return Leaf(
        "explanations_not_assessed.html", {name: overview.section(name, wording, "") for name in parts}
    )
