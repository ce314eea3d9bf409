"""docs/clinical/red-flags.md: every red flag, its condition in words, and the charts that prove it."""

from __future__ import annotations

from collections.abc import Iterator

from cards.knowledge import Feature, Rule
from tests.clinical_docs import charts, conditions, proof
from tests.clinical_docs.wording import Wording, capital, count, days, escaped, table, text


def page(wording: Wording, generated: str) -> str:
    head = text("red-flags.md").format(generated=generated, most=charts.MOST)
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
    yield from (_level(rule, wording), "")
    yield from (f"*Why it matters.* {wording.prose(rule.rationale)}", "")
    yield from ("**Fires when all of these hold**", "")
    yield from (line[2:] for line in conditions.lines(rule.when, wording, rule.gate)[1:])
    yield ""
    yield from (f"*How far back its findings count.* {'; '.join(_windows(rule, wording))}.", "")
    yield from (f"*Times in short.* {wording.prose(rule.windows)}", "")
    yield from ("**On the card**", "")
    yield from _card(rule, wording)
    yield from ("", f"**Proof that it fires** (with the next list {count(proof.cases(rule), 'chart')})", "")
    yield from _fires(rule)
    yield from ("**Proof that it stays silent**", "")
    for silence in proof.silences(rule):
        yield f"- {wording.prose(silence.line)}"
        yield from (f"  - {chart}" for chart in silence.charts)
    yield ""


def _level(rule: Rule, wording: Wording) -> str:
    level = "**Critical**" if rule.critical else "**Warning**"
    reviewed = f"reviewed by {rule.reviewed.by}, {rule.reviewed.on}" if rule.reviewed else "not yet reviewed"
    timing = wording.knowledge.policy.urgency[rule.urgency]
    return f"`{rule.id}` · {level}{_lowered(rule, wording)} · time to act: {timing} · {reviewed}"


def _lowered(rule: Rule, wording: Wording) -> str:
    """Of a critical rule: which recorded diagnosis makes it a warning, if any does."""
    policy = wording.knowledge.policy
    if not rule.critical:
        return ""
    if rule.id in policy.known_recorded.never_for or not rule.suggests:
        return ", whatever diagnosis is recorded"
    how = f"[how](../clinical.md#{LOWERED})"
    return f", a warning once {wording.cause(rule.suggests[0])} is a recorded diagnosis ({how})"


LOWERED = "when-a-critical-flag-is-shown-as-a-warning"
"""The heading of the overview that tells how."""


def _windows(rule: Rule, wording: Wording) -> Iterator[str]:
    """The features of the condition itself by their windows, the shortest first."""
    features = wording.knowledge.features
    used = [
        features[name] for name in dict.fromkeys(use.feature for use in rule.when.uses) if name in features
    ]
    by_window: dict[tuple[float, str], list[str]] = {}
    for feature in used:
        for window, name in _windows_of(feature, rule, wording):
            by_window.setdefault(window, []).append(name)
    for (_, said), names in sorted(by_window.items()):
        yield f"**{said}:** {', '.join(dict.fromkeys(names))}"
    if not by_window:
        yield "those of the patterns named above"


def _windows_of(feature: Feature, rule: Rule, wording: Wording) -> Iterator[tuple[tuple[float, str], str]]:
    name = escaped(wording.feature(feature.id))
    if feature.window_by_value:
        asked = [value for use in rule.when.uses if use.feature == feature.id for value in use.values]
        for value in dict.fromkeys(asked):
            window = feature.window_by_value.get(value, feature.window_days)
            words = str(wording.knowledge.wording["values"].get(value, value))
            yield _window(window), f"{name} ({escaped(words)})"
    elif feature.shape not in {"derived_time", "patient"}:
        yield _window(feature.window_days), name


def _window(window: float | None) -> tuple[float, str]:
    return (float("inf"), "at any time") if window is None else (window, days(window))


def _card(rule: Rule, wording: Wording) -> Iterator[str]:
    yield f"- The summary ends: “{escaped(rule.matters)}”."
    yield f"- A reason for {escaped(rule.listed_as)}, by {wording.source(rule.listed_by)}."
    yield f"- Next step, by {wording.source(rule.next_step_by)}: {wording.prose(rule.next_step)}."
    if rule.suggests:
        yield f"- Causes named: {'; '.join(wording.cause(name) for name in rule.suggests)}."
    yield from (f"- {line}" for line in _others(rule, wording))
    yield f"- Sources: {wording.sources(rule.sources)}."


def _others(rule: Rule, wording: Wording) -> Iterator[str]:
    """Which other rules hide it, and which it hides."""
    policy = wording.knowledge.policy
    over = [first for first, second in policy.dominates if second == rule.id]
    under = [second for first, second in policy.dominates if first == rule.id]
    if over:
        yield f"Hidden by: {'; '.join(wording.rule(name) for name in over)}."
    if under:
        yield f"Hides: {'; '.join(wording.rule(name) for name in under)}."
    if rule.id in policy.generic_rules:
        yield "Shown only when no more specific flag is."


def _fires(rule: Rule) -> Iterator[str]:
    yield from (f"- The smallest chart: {proof.fires(rule)}", "")
    rows = [[capital(escaped(name)), chart] for name, chart in proof.alternatives(rule).items()]
    yield from table(["Alternative, flagged by itself", "Chart"], rows)
