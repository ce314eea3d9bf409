"""docs/clinical/features.md: what a chart can say, how far back it counts, and how it is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cards.knowledge import Derived, Feature
from cds_service.explanations import conditions
from cds_service.explanations import features as words
from cds_service.explanations.codes import FEW
from cds_service.explanations.wording import Wording, capital, plain_label, table
from tests.clinical_docs.links import anchor, text


def page(wording: Wording, generated: str) -> str:
    knowledge = wording.knowledge
    limits = words.limits(knowledge)
    lines = [text("features.md").format(generated=generated, few=FEW)]
    titles: Mapping[str, str] = knowledge.wording["feature_groups"]
    lines += [
        "; ".join(f"[{title}](#{anchor(title)})" for title in titles.values()) + "; [Patterns](#patterns)",
        "",
    ]
    heads = ["Feature", "What counts", "Window", "Recorded as", "Codes and phrases"]
    for group, title in titles.items():
        features = [feature for feature in knowledge.features.values() if feature.group == group]
        rows = [_row(feature, limits.get(feature.id, []), wording) for feature in features]
        lines += [f"## {title}", "", *table(heads, rows)]
    lines += ["## Patterns", ""]
    for derived in sorted(knowledge.derived.values(), key=lambda each: capital(each.phrase)):
        lines += _pattern(derived, wording)
    return "\n".join(lines)


def _row(feature: Feature, limits: list[str], wording: Wording) -> list[str]:
    return [
        f"**{plain_label(feature)}** `{feature.id}`",
        words.counts(feature, wording),
        words.window(feature, wording),
        words.recorded(feature, limits),
        words.codes(feature, wording),
    ]


def _pattern(derived: Derived, wording: Wording) -> Iterator[str]:
    yield from (f"### {capital(derived.phrase)}", "")
    yield from (" · ".join([f"`{derived.id}`", *words.pattern_kind(derived, wording)]), "")
    yield from (*conditions.lines(derived.when, wording), "")
