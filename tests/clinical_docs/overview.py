"""docs/clinical.md: what the service reads, when it speaks and when it is silent, with the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cards.knowledge import Rule
from cds_service import fixtures
from cds_service.explanations import overview
from cds_service.explanations.wording import Wording, capital, count, escaped, table
from cds_service.places import fixtures_folder
from cds_service.recording import MOMENT
from tests.clinical_docs import proof, reading
from tests.clinical_docs.links import DocLinks, text
from tests.record_fixtures import BASE_URL

DEFINITIONS = "[features.md](clinical/features.md), [reading.md](clinical/reading.md)"
PROOF = ", each with a chart that proves it"
FEW = 3
"""Flags of one gate that are named; more are only counted."""


def page(wording: Wording, generated: str) -> str:
    knowledge = wording.knowledge
    wording = Wording(knowledge, DocLinks(knowledge, "clinical/"))
    evidence = [row for cause in knowledge.causes.values() for row in cause.evidence]
    reviews = [rule.reviewed for rule in knowledge.rules] + [row.reviewed for row in evidence]
    return text("overview.md").format(
        generated=generated,
        version=knowledge.version,
        digest=knowledge.digest,
        flags=len(knowledge.rules),
        critical=sum(rule.critical for rule in knowledge.rules),
        causes=len(knowledge.causes),
        statements=count(len(evidence), "statement"),
        features=len(knowledge.features),
        patterns=count(len(knowledge.derived), "pattern"),
        sources=len(knowledge.sources),
        open=sum(review is None for review in reviews),
        reviewable=len(reviews),
        charts=count(sum(map(proof.cases, knowledge.rules)), "chart"),
        texts=reading.number_of_texts(),
        fixtures=count(len(fixtures.names()), "chart"),
        gates="\n".join(_gates(wording)),
        critical_flags=_flags(wording, critical=True),
        warning_flags=_flags(wording, critical=False),
        **{name: overview.section(name, wording, DEFINITIONS, PROOF) for name in overview.SECTIONS},
        fixture_table="\n".join(_fixtures()),
    )


def _gates(wording: Wording) -> Iterator[str]:
    """The patterns without which a rule is not asked; the rules of a gate by name where they are few."""
    by_gate: dict[str, list[str]] = {}
    for rule in wording.knowledge.rules:
        by_gate.setdefault(rule.gate, []).append(rule.id)
    for gate, rules in sorted(by_gate.items(), key=lambda each: -len(each[1])):
        named = f": {overview.rules(rules, wording)}" if len(rules) <= FEW else ""
        yield f"- {wording.linked(gate)}, for {count(len(rules), 'flag')}{named}"


def _flags(wording: Wording, *, critical: bool) -> str:
    rows = [_flag(rule, wording) for rule in wording.knowledge.rules if rule.critical is critical]
    heads = ["Red flag", "Time to act", "Listed by", "Charts: fires", "Charts: silent"]
    return "\n".join(table(heads, rows))


def _flag(rule: Rule, wording: Wording) -> list[str]:
    fires = 1 + len(proof.alternatives(rule))
    return [
        f"[{escaped(rule.title)}]({wording.links.red_flag(rule)})",
        wording.knowledge.policy.urgency[rule.urgency],
        escaped(wording.knowledge.sources[rule.listed_by].short),
        str(fires),
        str(proof.cases(rule) - fires),
    ]


def _fixtures() -> Iterator[str]:
    rows = []
    for name in fixtures.names():
        story = (fixtures_folder() / name / "story.md").read_text(encoding="utf-8")
        chart, _, wanted = " ".join(story.split()).partition(" The service should ")
        cards = fixtures.expected(name, MOMENT, BASE_URL)["cards"]
        level = Counter(card["indicator"] for card in cards)
        shown = next((each for each in ("critical", "warning", "info") if level[each]), "no card")
        rows.append([f"[{name}](../fixtures/{name})", escaped(chart), capital(escaped(wanted)), shown])
    yield from table(["Fixture", "Chart", "The service should", "Answer"], rows)
