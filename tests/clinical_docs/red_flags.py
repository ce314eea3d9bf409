"""docs/clinical/red-flags.md: every red flag, its condition in words, and the charts that prove it."""

from __future__ import annotations

from collections.abc import Iterator

from cards.knowledge import Rule
from cds_service.explanations import overview
from cds_service.explanations import red_flags as words
from cds_service.explanations.wording import Wording, capital, count, escaped, table
from tests.clinical_docs import charts, proof
from tests.clinical_docs.links import text

DEFINITIONS = """\
Patterns, shown as links, are features made of others; [features.md](features.md) defines them and says how
  each finding is recorded."""


def page(wording: Wording, generated: str) -> str:
    how = overview.section(overview.HOW_TO_READ, wording, DEFINITIONS)
    head = text("red-flags.md").format(generated=generated, most=charts.MOST, how_to_read=how)
    rules = wording.knowledge.rules
    lines = [head]
    for title, critical in (("Critical", True), ("Warnings", False)):
        lines += [f"## {title}", ""]
        for rule in rules:
            if rule.critical is critical:
                lines += _rule(rule, wording)
    return "\n".join(lines)


def _rule(rule: Rule, wording: Wording) -> Iterator[str]:
    yield from (f"### {rule.title}", "")
    yield from (f"`{rule.id}` · {words.level(rule, wording)}", "")
    yield from (f"*Why it matters.* {wording.prose(rule.rationale)}", "")
    yield from ("**Fires when all of these hold**", "")
    yield from words.fires(rule, wording)
    yield ""
    yield from (f"*How far back its findings count.* {'; '.join(words.windows(rule, wording))}.", "")
    yield from (f"*Times in short.* {wording.prose(rule.windows)}", "")
    yield from ("**On the card**", "")
    yield from (f"- {line}" for line in words.card(rule, wording))
    yield from ("", f"**Proof that it fires** (with the next list {count(proof.cases(rule), 'chart')})", "")
    yield from _fires(rule)
    yield from ("**Proof that it stays silent**", "")
    for silence in proof.silences(rule):
        yield f"- {wording.prose(silence.line)}"
        yield from (f"  - {chart}" for chart in silence.charts)
    yield ""


def _fires(rule: Rule) -> Iterator[str]:
    yield from (f"- The smallest chart: {proof.fires(rule)}", "")
    rows = [[capital(escaped(name)), chart] for name, chart in proof.alternatives(rule).items()]
    yield from table(["Alternative, flagged by itself", "Chart"], rows)
