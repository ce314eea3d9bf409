"""docs/clinical/features.md: what a chart can say, how far back it counts, and how it is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cards.conditions import Condition
from cards.content_keys import OPTION_CONCEPTS
from cards.feature_graph import inside, names_in
from cards.knowledge import Derived, Feature, Knowledge
from cds_service.told_words import with_plain_unit
from tests.clinical_docs import conditions
from tests.clinical_docs.codes import FEW, listed
from tests.clinical_docs.wording import (
    Wording,
    anchor,
    capital,
    count,
    days,
    escaped,
    limited,
    quantity,
    table,
    text,
)

SHAPES = {
    "finding": "any entry",
    "diagnosis": "problem or diagnosis",
    "known": "confirmed disease, recorded before this episode",
    "before_onset": "entry in the time before the weakness began",
    "medication": "medicine ordered, stated or given",
    "procedure": "procedure",
    "observation_quantity": "measured value",
    "observation_posneg": "test, positive or negative",
    "report": "conclusion of a report",
    "laterality": "side of the weakness",
    "patient": "patient details",
    "derived": "worked out",
    "derived_time": "worked out",
}


def page(wording: Wording, generated: str) -> str:
    knowledge = wording.knowledge
    limits = _limits(knowledge)
    lines = [text("features.md").format(generated=generated, few=FEW)]
    titles: Mapping[str, str] = knowledge.wording["feature_groups"]
    lines += [
        "; ".join(f"[{title}](#{anchor(title)})" for title in titles.values()) + "; [Patterns](#patterns)",
        "",
    ]
    heads = ["Feature", "What counts", "Window", "Recorded as", "Codes and phrases"]
    for group, title in titles.items():
        features = [feature for feature in knowledge.features.values() if feature.group == group]
        rows = [_row(feature, limits.get(feature.id, []), wording) for feature in features]
        lines += [f"## {title}", "", *table(heads, rows)]
    lines += ["## Patterns", ""]
    for derived in sorted(knowledge.derived.values(), key=lambda each: capital(each.phrase)):
        lines += _pattern(derived, wording)
    return "\n".join(lines)


def _row(feature: Feature, limits: list[str], wording: Wording) -> list[str]:
    label = feature.label.removesuffix(f" ({feature.unit})").removesuffix(
        f" ({with_plain_unit(feature.unit)})"
    )
    counts = [capital(wording.prose(feature.definition)), *_also(feature, wording)]
    return [
        f"**{escaped(label)}** `{feature.id}`",
        " ".join(counts),
        _window(feature, wording),
        ". ".join(capital(part) for part in _recorded(feature, limits)),
        _codes(feature, wording),
    ]


def _also(feature: Feature, wording: Wording) -> Iterator[str]:
    others = [conditions.sentence(feature.or_when, wording)] if feature.or_when else []
    scores = feature.options.get("at_least")
    if isinstance(scores, Mapping):
        others += [f"{_label(str(name), wording)} {score:g} or more" for name, score in scores.items()]
    if others:
        yield f"*Present as well with:* {'; '.join(others)}."
    if feature.cancelled_by:
        names = "; ".join(_label(name, wording) for name in feature.cancelled_by)
        yield f"*Explained away by an earlier:* {names}."


def _label(concept: str, wording: Wording) -> str:
    return escaped(wording.knowledge.concepts[concept].label.partition(" (")[0])


def _window(feature: Feature, wording: Wording) -> str:
    if feature.window_by_value:
        by_days: dict[float, list[str]] = {}
        for value, window in feature.window_by_value.items():
            words = str(wording.knowledge.wording["values"].get(value, value))
            by_days.setdefault(window, []).append(escaped(words))
        said = [f"{days(window)}: {', '.join(values)}" for window, values in sorted(by_days.items())]
        return "; ".join(said)
    if feature.shape in {"patient", "derived_time", "laterality"}:
        return "as worked out"
    notes = ["any time" if feature.window_days is None else days(feature.window_days)]
    if feature.new_only:
        notes.append("new only" if feature.new_only == "first" else "own date only")
    if feature.historical_ok:
        notes.append("resolved counts too")
    if feature.shape == "before_onset" and "before_onset_days" in feature.options:
        notes = [f"{days(float(str(feature.options['before_onset_days'])))} before the onset"]
    return "; ".join(notes)


def _recorded(feature: Feature, limits: list[str]) -> Iterator[str]:
    shape = SHAPES.get(feature.shape)
    if shape is None:  # words
        anywhere = feature.options.get("entry") == "any"
        shape = "words in any entry" if anywhere else "words in the entry of the weakness"
    yield shape + (", left or right" if feature.sided else "")
    if feature.is_quantity and feature.unit not in {"a", "d"} and not feature.unit.startswith("{"):
        yield f"in {quantity(1, feature).removeprefix('1 ')}"
    plausible = feature.options.get("plausible")
    if isinstance(plausible, tuple):
        yield f"believed from {plausible[0]:g} to {plausible[1]:g}"
    if feature.options.get("pick"):
        yield f"the {feature.options['pick']} counts"
    if limits:
        yield f"limits: {', '.join(limits)}"


def _codes(feature: Feature, wording: Wording) -> str:
    named = list(dict.fromkeys(_making_present(feature)))
    if not named:
        return ""
    phrases = sum(len(wording.knowledge.concepts[name].phrases) for name in named)
    said, words = listed(named, wording), count(phrases, "phrase")
    return "; ".join(part for part in (said, words) if part)


def _making_present(feature: Feature) -> Iterator[str]:
    """The concepts that set it; those that deny or cancel it are left out."""
    yield from feature.concepts
    if feature.shape == "report":
        yield from (f"value_{feature.id}_{value}" for value in feature.values)
    for key in OPTION_CONCEPTS:
        if not key.startswith("denied"):
            yield from names_in(feature.options.get(key, ()))
    yield from names_in(inside(feature, "aged", "concepts"))


def _limits(knowledge: Knowledge) -> Mapping[str, list[str]]:
    """For each quantity the comparisons of all conditions, in the order of their numbers."""
    found: dict[str, set[tuple[float, str]]] = {}
    for condition in _all_conditions(knowledge):
        for name, operator, wanted in conditions.comparisons(condition):
            found.setdefault(name, set()).add((wanted, operator))
    return {
        name: [limited(operator, wanted, knowledge.features[name]) for wanted, operator in sorted(each)]
        for name, each in found.items()
        if name != "onset_age_days"
    }


def _all_conditions(knowledge: Knowledge) -> Iterator[Condition]:
    yield from (derived.when for derived in knowledge.derived.values())
    yield from (feature.or_when for feature in knowledge.features.values() if feature.or_when)
    yield from (rule.when for rule in knowledge.rules)
    for cause in knowledge.causes.values():
        yield from (cause.needs, *(row.when for row in cause.evidence))


def _pattern(derived: Derived, wording: Wording) -> Iterator[str]:
    yield from (f"### {capital(derived.phrase)}", "")
    label = wording.prose(derived.label)
    said = [f"`{derived.id}`", *([label] if label.lower() != derived.phrase else [])]
    yield from (" · ".join([*said, wording.source(derived.source)]), "")
    yield from (*conditions.lines(derived.when, wording), "")
