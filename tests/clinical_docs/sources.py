"""docs/clinical/sources.md: where the statements come from, and how many rest on each."""

from __future__ import annotations

from cds_service.explanations.uses import of_sources
from cds_service.explanations.wording import Wording, escaped, table
from tests.clinical_docs.links import text


def page(wording: Wording, generated: str) -> str:
    uses = of_sources(wording.knowledge)
    rows = [
        [name, escaped(source.title), escaped(source.seen), str(len(uses[name]))]
        for name, source in wording.knowledge.sources.items()
    ]
    heads = ["Number", "Source", "Read", "Statements that name it"]
    return "\n".join([text("sources.md").format(generated=generated), *table(heads, rows)])
