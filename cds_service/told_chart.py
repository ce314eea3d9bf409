"""What a chart says, in words: its findings as they were read, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cards.facts import Answer as Known
from cards.facts import Fact
from cards.findings import Finding
from cds_service.told_words import Words, with_plain_unit


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """One finding in words; all that comes from the record is untrusted."""

    when: str
    said: str
    """What the record says, with a value where there is one."""
    over: bool
    unused: str
    """Why a value is not used; empty when it is."""
    names: str
    """What it names of the content, with the stance; empty when the record says just that."""
    side: str
    reference: str


def told_findings(findings: Iterable[Finding], words: Words) -> list[ToldFinding]:
    """Newest first; those without a date last."""
    return [_told(each, words) for each in sorted(findings, key=_age)]


def _told(finding: Finding, words: Words) -> ToldFinding:
    value = with_plain_unit(finding.quantity.shown) if finding.quantity else ""
    named = words.concepts(finding)
    return ToldFinding(
        when=words.date(finding.when),
        said=f"{finding.label} {value}".strip(),
        over=finding.historical,
        unused=finding.unusable,
        names="" if named.casefold() == finding.label.casefold() else named,
        side=words.side(hit.side for hit in finding.hits),
        reference=finding.source.reference,
    )


def _age(finding: Finding) -> tuple[float, str]:
    newest = -finding.when.middle.timestamp() if finding.when else float("inf")
    return newest, finding.source.reference


def known_facts(words: Words) -> list[Fact]:
    """The features that the chart answers, the present ones first."""
    known = [fact for fact in words.facts if fact.answer is not Known.NOT_RECORDED]
    return sorted(known, key=lambda fact: fact.answer is Known.ABSENT)


def patterns(words: Words) -> list[str]:
    """The derived features that hold."""
    return [name for name in words.knowledge.derived if words.facts.holds(name)]
