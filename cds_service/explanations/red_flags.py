"""A red flag in words: when it fires, how far back, what the card says, what hides or lowers it. Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from cards.knowledge import Feature, Rule
from cds_service.explanations import conditions
from cds_service.explanations.wording import Wording, days, escaped


def level(rule: Rule, wording: Wording) -> str:
    named = "**Critical**" if rule.critical else "**Warning**"
    return f"{named}{_lowered(rule, wording)} · time to act: {timing(rule, wording)} · {reviewed(rule)}"


def timing(rule: Rule, wording: Wording) -> str:
    return wording.knowledge.policy.urgency[rule.urgency]


def reviewed(rule: Rule) -> str:
    return f"reviewed by {rule.reviewed.by}, {rule.reviewed.on}" if rule.reviewed else "not yet reviewed"


def _lowered(rule: Rule, wording: Wording) -> str:
    said = lowered(rule, wording)
    return f", {said}" if said else ""


def lowered(rule: Rule, wording: Wording) -> str:
    """Which recorded diagnosis makes a critical rule a warning, if any does; empty for a warning."""
    policy = wording.knowledge.policy
    if not rule.critical:
        return ""
    if rule.id in policy.known_recorded.never_for or not rule.suggests:
        return "whatever diagnosis is recorded"
    diagnosis = wording.cause(rule.suggests[0])
    return f"a warning once {diagnosis} is a recorded diagnosis ([how]({wording.links.lowered}))"


def fires(rule: Rule, wording: Wording) -> list[str]:
    """A nested list: all of its first level must hold."""
    return [line[2:] for line in conditions.lines(rule.when, wording, rule.gate)[1:]]


def windows(rule: Rule, wording: Wording) -> Iterator[str]:
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
    name = wording.linked(feature.id)
    if feature.window_by_value:
        asked = [value for use in rule.when.uses if use.feature == feature.id for value in use.values]
        for value in dict.fromkeys(asked):
            window = feature.window_by_value.get(value, feature.window_days)
            yield _window(window), f"{name} ({escaped(wording.value(value))})"
    elif feature.shape not in {"derived_time", "patient"}:
        yield _window(feature.window_days), name


def _window(window: float | None) -> tuple[float, str]:
    return (float("inf"), "at any time") if window is None else (window, days(window))


def card(rule: Rule, wording: Wording) -> Iterator[str]:
    yield from says(rule, wording)
    if rule.suggests:
        yield f"Causes named: {'; '.join(wording.cause(name) for name in rule.suggests)}."
    yield from others(rule, wording)
    yield f"Sources: {wording.sources(rule.sources)}."


def says(rule: Rule, wording: Wording) -> Iterator[str]:
    """What is said of the rule itself."""
    yield f"The summary ends: “{escaped(rule.matters)}”."
    yield f"A reason for {escaped(rule.listed_as)}, by {wording.source(rule.listed_by)}."
    yield f"Next step, by {wording.source(rule.next_step_by)}: {wording.prose(rule.next_step)}."


def others(rule: Rule, wording: Wording) -> Iterator[str]:
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
