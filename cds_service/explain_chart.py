"""Shows what a chart says: its findings, and the features that they add up to."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from cards.facts import Answer as Known
from cards.facts import Fact
from cards.findings import Finding
from cds_service.explain_layout import Row, line, listing, references, safe, section
from cds_service.told_chart import ToldFinding, known_facts, patterns, told_findings
from cds_service.told_words import Words


def show_findings(console: Console, findings: Iterable[Finding], words: Words) -> None:
    """Newest first; those without a date last."""
    rows = [_finding_row(each) for each in told_findings(findings, words)]
    section(console, f"Findings ({len(rows)}), newest first")
    listing(console, ("When", "The record says", "What it names", "Side", "Where"), rows)
    if not rows:
        line(console, Text("Nothing in the record names anything of the content."))


def _finding_row(told: ToldFinding) -> Row:
    said = safe(told.said, "bold")
    if told.over:
        said.append(" (over)", "dim")
    if told.unused:
        said += safe(f" (not used: {told.unused})", "yellow")
    return safe(told.when), said, safe(told.names), safe(told.side), references([told.reference])


def show_features(console: Console, words: Words) -> None:
    """What is present, then what is absent; of all others only how many there are."""
    known = known_facts(words)
    section(console, f"Features ({len(known)} recorded)")
    heads = ("Answer", "Feature", "Value", "Side", "When", "Where")
    listing(console, heads, [_feature_row(fact, words) for fact in known])
    others = len(words.knowledge.features.keys() - {fact.feature for fact in known})
    line(console, Text(f"Not recorded, which does not mean normal: {others} other features.", "dim"))
    derived = [words.knowledge.derived[name].label for name in patterns(words)]
    if derived:
        line(console, Text(f"Follow from these: {'; '.join(derived)}.", "dim"))


def _feature_row(fact: Fact, words: Words) -> Row:
    marks = " (unconfirmed codes only)" if fact.hint_only else ""
    return (
        Text(fact.answer.value, "bold" if fact.answer is Known.PRESENT else "dim"),
        safe(words.feature(fact.feature) + marks),
        safe(words.value(fact), "bold"),
        safe(words.side([fact.side])),
        safe(words.since(fact)),
        references(words.grounds(fact.feature)),
    )
