"""The closed lists of the content: what a feature may be, and the keys that the code asks for by name."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cards.content_files import Table, is_number
from cards.knowledge_types import Feature

SHAPES = (
    "before_onset",
    "derived",
    "derived_time",
    "diagnosis",
    "finding",
    "known",
    "laterality",
    "medication",
    "observation_posneg",
    "observation_quantity",
    "patient",
    "procedure",
    "report",
    "words",
)
QUANTITY_SHAPES = ("observation_quantity", "derived", "derived_time", "patient")
VALUE_SHAPES = ("report", "laterality")
DERIVATIONS = (
    "age",
    "ascending",
    "daily_dose",
    "deceased",
    "fall_pct",
    "lowest_grade",
    "onset_age",
    "onset_is_explicit",
    "onset_unknown",
    "per_kg",
    "resolved_within",
    "risen",
    "weakness_laterality",
    "worsening",
)
MATCHES = ("exact", "prefix", "prefix_suffix", "range")

RANGE = re.compile(r"[A-Z]\d\d-[A-Z]\d\d")
"""Of ICD-10 categories; sct, LOINC and the like have no order."""

Read = Callable[[Table, str], object]


def _span(table: Table, key: str) -> tuple[float, float]:
    low, high = table.take(key, "two numbers, the lower first", _is_span)
    return float(low), float(high)


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_number, value)) and value[0] < value[1]


def _ended_by(table: Table, key: str) -> Mapping[str, object]:
    inner = table.table(key)
    ended = {"feature": inner.text("feature"), "at_least": inner.number("at_least")}
    inner.done()
    return MappingProxyType(ended)


def _aged(table: Table, key: str) -> Mapping[str, object]:
    inner = table.table(key)
    aged: dict[str, object] = {
        "concepts": inner.texts("concepts"),
        "older_than_days": inner.days("older_than_days"),
    }
    if aged["older_than_days"] is None:
        raise inner.fail("older_than_days", "missing")
    for name in ("unless", "in_words"):
        if inner.has(name):
            aged[name] = inner.text(name)
    inner.done()
    return MappingProxyType(aged)


def _texts_by_name(table: Table, key: str) -> Mapping[str, object]:
    inner = table.table(key)
    named = {name: inner.text(name) for name in inner.names()}
    inner.done()
    return MappingProxyType(named)


def _lists_by_name(table: Table, key: str) -> Mapping[str, object]:
    inner = table.table(key)
    named = {name: inner.texts(name) for name in inner.names()}
    inner.done()
    return MappingProxyType(named)


def _one_of(*choices: str) -> Read:
    return lambda table, key: table.choice(key, choices)


def pairs(table: Table, key: str) -> tuple[tuple[str, str], ...]:
    """A list of pairs of different ids, no pair twice."""
    found = tuple(tuple(pair) for pair in table.take(key, "a list of pairs of different texts", _are_pairs))
    for pair in found:
        if found.count(pair) > 1:
            raise table.fail(key, f"{list(pair)} stands twice")
    return found


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list)
        and len(pair) == 2
        and pair[0] != pair[1]
        and all(type(one) is str for one in pair)
        for pair in value
    )


OPTIONS: Mapping[str, Read] = MappingProxyType(
    {
        "absolute": Table.flag,
        "aged": _aged,
        "at_least": Table.numbers,
        "baseline_days": Table.days,
        "before_episode": Table.flag,
        "before_onset_days": Table.days,
        "both_sides_days": Table.days,
        "both_sides_of": Table.text,
        "code_score": Table.text,
        "codes_of_value": _lists_by_name,
        "correct_by": Table.text,
        "correct_factor": Table.number,
        "correct_from": Table.number,
        "corrected": Table.text,
        "course_days": Table.days,
        "denied_by": Table.texts,
        "crossed_by": Table.text,
        "denied_by_normal": Table.text,
        "ended_by": _ended_by,
        "equivalents": pairs,
        "entry": _one_of("weakness", "any"),
        "from_low": Table.texts,
        "normal": Table.number,
        "not_after_weakness": Table.flag,
        "not_code_ending": Table.texts,
        "of": Table.text,
        "onset_with_code_ending": Table.texts,
        "outcome": _one_of("negative"),
        "pick": _one_of("highest"),
        "plausible": _span,
        "recent_only": Table.flag,
        "rise_by": Table.number,
        "rise_days": Table.days,
        "rise_times": Table.number,
        "severe_entry_of": Table.texts,
        "site": _one_of("leg"),
        "skip_other_site": Table.flag,
        "stay_days": Table.days,
        "stay_in": Table.text,
        "stay_of": Table.text,
        "undated_with": _one_of("symptom"),
        "unsited": Table.text,
        "value_by_concept": _texts_by_name,
        "weight": Table.text,
    }
)
"""What may stand at a feature besides the keys that every feature can have, and how each is read."""

OPTION_CONCEPTS = (
    "both_sides_of",
    "corrected",
    "denied_by",
    "from_low",
    "severe_entry_of",
    "stay_in",
    "stay_of",
    "unsited",
    "at_least",
    "value_by_concept",
)
"""Options that name concepts: as a text, a list or the keys of a table. `aged` does inside."""
OPTION_FEATURES = ("of", "weight", "denied_by_normal", "correct_by")
"""Options that name a feature. `aged.unless` and `ended_by.feature` do inside."""


def check_shape(feature: Feature, table: Table) -> None:
    """Refuses keys of a feature that do not go together."""
    if feature.unit and feature.shape not in QUANTITY_SHAPES:
        raise table.fail("unit", f"a feature of shape {feature.shape} is no quantity")
    if feature.shape == "observation_quantity" and not feature.unit:
        raise table.fail("unit", "missing: every observation_quantity has one")
    if bool(feature.values) != (feature.shape in VALUE_SHAPES):
        raise table.fail("values", f"stands with the shapes {', '.join(VALUE_SHAPES)}, and only there")
    for value in feature.window_by_value:
        if value not in feature.values:
            raise table.fail(f"window_by_value.{value}", "not among `values`")
    known = {"side": feature.sided, "value": bool(feature.unit or feature.values)}
    known["onset"] = feature.derive == "onset_age"
    try:
        names = placeholders(feature.phrase)
    except ValueError as problem:
        raise table.fail("phrase", f"not a template: {problem}") from None
    for name in names:
        if not known.get(name):
            raise table.fail("phrase", f"the feature has nothing to say for {{{name}}}")


def is_topic(code: str) -> bool:
    """CDS Hooks 2.0, Source: a topic's code is alphanumeric; this service keeps it to 100 characters."""
    return code.isascii() and code.isalnum() and len(code) <= 100


def placeholders(template: str) -> set[str]:
    """The {names} of a template. Raises ValueError when its braces do not pair."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
