"""docs/clinical/sources.md: where the statements come from, and how many rest on each."""

from __future__ import annotations

from collections import Counter

from tests.clinical_docs.wording import Wording, escaped, table, text


def page(wording: Wording, generated: str) -> str:
    uses = _uses(wording)
    rows = [
        [name, escaped(source.title), escaped(source.seen), str(uses[name])]
        for name, source in wording.knowledge.sources.items()
    ]
    heads = ["Number", "Source", "Read", "Statements that name it"]
    return "\n".join([text("sources.md").format(generated=generated), *table(heads, rows)])


def _uses(wording: Wording) -> Counter[str]:
    knowledge = wording.knowledge
    found: Counter[str] = Counter()
    for rule in knowledge.rules:
        found.update({*rule.sources, rule.listed_by, rule.next_step_by})
    for cause in knowledge.causes.values():
        found.update(set(cause.sources))
        found.update(row.source for row in cause.evidence)
    found.update(derived.source for derived in knowledge.derived.values())
    for feature in knowledge.features.values():
        found.update(set(feature.sources))
    return found
