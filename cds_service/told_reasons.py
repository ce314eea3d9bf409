"""What was concluded, in words: why a red flag is lowered or merged, what speaks for and against a cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cards.assessment import Assessment, RedFlag
from cards.causes import RankedCause, Weighed
from cds_service.told_words import Words


@dataclass(frozen=True, slots=True)
class Note:
    """Something said of a rule or cause, with the resource that it rests on; empty: none by itself."""

    text: str
    reference: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class ToldArgument:
    """One row of evidence that is true for the patient."""

    strength: str
    said: str
    features: tuple[str, ...]
    source: str
    """Its id in the content."""
    basis: str


def lowered(flag: RedFlag, assessed: Assessment, words: Words) -> Iterator[Note]:
    """Why a critical rule is shown as a warning."""
    if flag.known_since is not None:
        since, reference = words.date(flag.known_since.when), flag.known_since.source.reference
        yield Note("Lowered from critical: the diagnosis is recorded since", reference, since)
    elif flag.rule.critical and not flag.critical and assessed.lowered_for_comfort:
        yield Note("Lowered from critical: comfort-only care is recorded")
    elif flag.rule.critical and not flag.critical:
        yield Note("Lowered from critical: it rests on unconfirmed codes alone")


def not_shown(assessed: Assessment) -> list[str]:
    """The rules that fired and were merged into others."""
    shown = {flag.rule.id for flag in assessed.red_flags}
    return [name for name in assessed.fired if name not in shown]


def why_not_shown(name: str, assessed: Assessment, words: Words) -> str:
    """Into which rule it was merged, or by what rule of the policy."""
    policy, shown = words.knowledge.policy, {flag.rule.id for flag in assessed.red_flags}
    over = [first for first, second in policy.dominates if second == name and first in assessed.fired]
    over.sort(key=lambda first: first not in shown)
    if over:
        return f"said more exactly by “{words.rule(over[0])}”"
    if name in policy.generic_rules:
        return "general, and another rule says more"
    return "merged"


def marks(ranked: RankedCause, words: Words) -> Iterator[Note]:
    """Why a cause stands where it stands, besides what speaks for it."""
    if ranked.pinned:
        yield Note("named by a critical red flag")
    if ranked.tied:
        yield Note("tied with the one above")
    if ranked.on_list is not None:
        place = "on the problem list" if ranked.on_list.problem_list else "recorded as a diagnosis"
        yield Note(place, ranked.on_list.source.reference, words.date(ranked.on_list.when))


def argument(row: Weighed, words: Words) -> ToldArgument:
    evidence = row.evidence
    return ToldArgument(
        strength=evidence.strength.partition("_")[0],
        said="; ".join(map(words.said, row.features)) or "holds by what is not recorded",
        features=row.features,
        source=evidence.source,
        basis=evidence.basis,
    )
