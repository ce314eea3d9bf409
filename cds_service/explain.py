"""Shows how a chart led to its cards: findings, features, red flags, causes, each with its resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console

from cards.causes import RankedCause, Weighed
from cards.facts import Answer as Known
from cards.facts import Fact, Facts
from cards.findings import Finding, When
from cards.knowledge import Knowledge
from cds_service import hooks
from cds_service.answer import Answer
from cds_service.hooks import HookCall


def as_json(call: HookCall, done: Answer, knowledge: Knowledge) -> dict[str, Any]:
    """The whole chain for machines; the cards as an EHR would get them."""
    answer = hooks.response(call.hookInstance, done.cards, done.extension, knowledge)
    facts = done.assessment.facts if done.assessment else ()
    return {
        "patient": call.context.patientId,
        "findings": [_finding_json(each) for each in done.chart.findings],
        "features": [_fact_json(each) for each in facts if each.answer is not Known.NOT_RECORDED],
        "redFlagsFired": list(done.assessment.fired) if done.assessment else [],
        "notAssessed": [{"what": each.what, "why": each.why} for each in _unread(done)],
        "failedStages": list(done.failed_stages),
        **answer,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "resource": finding.source.reference,
        "label": finding.label,
        "when": _span(finding.when),
        "concepts": [{"id": hit.concept, "stance": hit.stance.value} for hit in finding.hits],
        "value": finding.quantity.shown if finding.quantity else None,
    }


def _fact_json(fact: Fact) -> dict[str, Any]:
    resources = [finding.source.reference for finding in fact.findings]
    return {"id": fact.feature, "answer": fact.answer.value, "value": fact.value, "resources": resources}


def show(call: HookCall, done: Answer, knowledge: Knowledge, console: Console) -> None:
    """The whole chain for people, in the order in which it was found out."""
    console.rule(f"Patient {call.context.patientId}")
    if done.record:
        _section(
            console, "Record", (f"{kind}: {state.name.lower()}" for kind, state in done.record.states.items())
        )
    _section(console, "Findings", map(_finding_line, done.chart.findings))
    if done.assessment:
        facts = done.assessment.facts
        _section(
            console, "Features", (_fact_line(each) for each in facts if each.answer is not Known.NOT_RECORDED)
        )
        flags = done.assessment.red_flags
        _section(
            console,
            "Red flags",
            (
                f"{flag.indicator}: {flag.rule.title} ({flag.rule.id}): {_because(flag.support, facts)}"
                for flag in flags
            ),
        )
        merged = set(done.assessment.fired) - {flag.rule.id for flag in flags}
        _section(console, "Red flags merged into these", sorted(merged))
        lines = (line for ranked in done.assessment.causes for line in _cause_lines(ranked, facts))
        _section(console, "Possible causes", lines)
    _section(console, "Not assessed", (f"{each.what}: {each.why}" for each in _unread(done)))
    _section(console, "Stages that failed (see the log)", done.failed_stages)
    for each in done.cards:
        _section(console, f"Card ({each.indicator}): {each.summary}", each.detail.splitlines())
    if not done.cards:
        _section(console, "No card", [f"Content {knowledge.version}: looked, nothing to say."])


def _section(console: Console, title: str, lines: Iterable[str]) -> None:
    if shown := [_harmless(line) for line in lines]:
        console.print(f"\n{_harmless(title)}", style="bold")
        for line in shown:
            console.print(f"  {line}", soft_wrap=True)


def _finding_line(finding: Finding) -> str:
    concepts = ", ".join(f"{hit.concept} {hit.stance.value}" for hit in finding.hits)
    value = f" {finding.quantity.shown}" if finding.quantity else ""
    unusable = f" (not used: {finding.unusable})" if finding.unusable else ""
    said = f"{finding.label}{value}{unusable}  [{concepts}]"
    return f"{_span(finding.when) or 'no date'}  {said}  {finding.source.reference}"


def _fact_line(fact: Fact) -> str:
    value = f" {fact.shown or fact.value}" if fact.value is not None else ""
    side = f" {fact.side.value}" if fact.side else ""
    grounds = [finding.source.reference for finding in fact.findings] + [
        f"follows from {each}" for each in fact.because
    ]
    return f"{fact.feature}: {fact.answer.value}{value}{side}  {_first_few(grounds)}"


def _cause_lines(ranked: RankedCause, facts: Facts) -> Iterable[str]:
    yield f"{ranked.cause.label} ({ranked.cause.id}){', equal with the one above' if ranked.tied else ''}"
    for word, rows in (("for", ranked.arguments_for), ("against", ranked.arguments_against)):
        yield from (_argument_line(word, row, facts) for row in rows)


def _argument_line(word: str, row: Weighed, facts: Facts) -> str:
    return f"  {word} ({row.evidence.strength}, {row.evidence.source}): {_because(row.features, facts)}"


def _because(features: Iterable[str], facts: Facts) -> str:
    parts = []
    for name in features:
        resources = [finding.source.reference for finding in facts.get(name).findings]
        parts.append(f"{name} <- {_first_few(resources)}" if resources else name)
    return "; ".join(parts)


def _first_few(items: list[str]) -> str:
    each = list(dict.fromkeys(items))
    return ", ".join(each[:5]) + (f" and {len(each) - 5} more" if len(each) > 5 else "")


def _span(when: When | None) -> str | None:
    """The moment, or both ends of the span that a vague date stands for."""
    if when is None:
        return None
    first, last = when.earliest.isoformat(timespec="minutes"), when.latest.isoformat(timespec="minutes")
    return first if first == last else f"{first} to {last}"


def _unread(done: Answer) -> list[Any]:
    return list(done.assessment.unread if done.assessment else done.chart.unread)


def _harmless(text: str) -> str:
    """Text of a record must not steer the terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
