"""Shows what a chart says: its findings, and the features that they add up to."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from cards.facts import Answer as Known
from cards.facts import Fact
from cards.findings import Finding
from cds_service.explain_layout import Row, line, listing, references, safe, section
from cds_service.told_words import Words, with_plain_unit


def show_findings(console: Console, findings: Iterable[Finding], words: Words) -> None:
    """Newest first; those without a date last."""
    rows = [_finding_row(each, words) for each in sorted(findings, key=_age)]
    section(console, f"Findings ({len(rows)}), newest first")
    listing(console, ("When", "The record says", "What it names", "Side", "Where"), rows)
    if not rows:
        line(console, Text("Nothing in the record names anything of the content."))


def _age(finding: Finding) -> tuple[float, str]:
    newest = -finding.when.middle.timestamp() if finding.when else float("inf")
    return newest, finding.source.reference


def _finding_row(finding: Finding, words: Words) -> Row:
    value = with_plain_unit(finding.quantity.shown) if finding.quantity else ""
    said = safe(f"{finding.label} {value}".strip(), "bold")
    if finding.historical:
        said.append(" (over)", "dim")
    if finding.unusable:
        said += safe(f" (not used: {finding.unusable})", "yellow")
    named = words.concepts(finding)
    names = Text() if named.casefold() == finding.label.casefold() else safe(named)
    side = safe(words.side(hit.side for hit in finding.hits))
    return (safe(words.date(finding.when)), said, names, side, references([finding.source.reference]))


def show_features(console: Console, words: Words) -> None:
    """What is present, then what is absent; of all others only how many there are."""
    known = [fact for fact in words.facts if fact.answer is not Known.NOT_RECORDED]
    known.sort(key=lambda fact: fact.answer is Known.ABSENT)
    section(console, f"Features ({len(known)} recorded)")
    heads = ("Answer", "Feature", "Value", "Side", "When", "Where")
    listing(console, heads, [_feature_row(fact, words) for fact in known])
    others = len(words.knowledge.features.keys() - {fact.feature for fact in known})
    line(console, Text(f"Not recorded, which does not mean normal: {others} other features.", "dim"))
    derived = [each.label for name, each in words.knowledge.derived.items() if words.facts.holds(name)]
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
