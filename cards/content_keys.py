"""The closed lists of the content: shapes, options and the keys of reading.toml and wording.toml.

A word that the code asks for by name stands here; what a clinician may add stands in the content.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cards.content_files import Table, frozen, is_number
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
    "deceased",
    "fall_pct",
    "lowest_grade",
    "onset_age",
    "onset_is_explicit",
    "onset_unknown",
    "per_kg",
    "resolved_within",
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
    if inner.has("unless"):
        aged["unless"] = inner.text("unless")
    inner.done()
    return MappingProxyType(aged)


def _one_of(*choices: str) -> Read:
    return lambda table, key: table.choice(key, choices)


OPTIONS: Mapping[str, Read] = MappingProxyType(
    {
        "absolute": Table.flag,
        "aged": _aged,
        "at_least": Table.numbers,
        "before_episode": Table.flag,
        "before_onset_days": Table.days,
        "both_sides_days": Table.days,
        "both_sides_of": Table.text,
        "code_score": Table.text,
        "course_days": Table.days,
        "ended_by": _ended_by,
        "entry": _one_of("weakness", "any"),
        "from_low": Table.texts,
        "normal": Table.number,
        "not_after_weakness": Table.flag,
        "of": Table.text,
        "pick": _one_of("highest"),
        "plausible": _span,
        "severe_entry_of": Table.texts,
        "site": _one_of("leg"),
        "skip_other_site": Table.flag,
        "stay_days": Table.days,
        "stay_of": Table.text,
        "undated_with": _one_of("symptom"),
        "unsited": Table.text,
        "weight": Table.text,
    }
)
"""What may stand at a feature besides the keys that every feature can have, and how each is read."""

OPTION_CONCEPTS = ("both_sides_of", "from_low", "severe_entry_of", "stay_of", "unsited", "at_least")
"""Options that name concepts: as a text, a list or the keys of a table. `aged` does inside."""
OPTION_FEATURES = ("of", "weight")
"""Options that name a feature. `aged.unless` and `ended_by.feature` do inside."""

_WORDS = "a list of texts"
_COUNT = "a whole number"
_WORD = "a text"

READING: Mapping[str, Mapping[str, str]] = {
    "text": {
        "scope_words": _COUNT,
        "guard_words": _COUNT,
        "leg_weakness_words": _COUNT,
        "clause_marks": _WORDS,
        "clause_words": _WORDS,
        "abbreviations_with_point": _WORDS,
    },
    "negation": {
        "before": _WORDS,
        "list_openers": _WORDS,
        "list_openers_with_or": _WORDS,
        "after": _WORDS,
        "after_anywhere": _WORDS,
        "after_separators": _WORDS,
        "not_when_before_after_cue": _WORDS,
        "not_a_negation": _WORDS,
    },
    "uncertain": {"before": _WORDS, "after": _WORDS},
    "hypothetical": {"before": _WORDS, "list_openers": _WORDS},
    "family": {
        "relatives": _WORDS,
        "relatives_of_record": _WORDS,
        "has": _WORDS,
        "has_within_words": _COUNT,
        "in_relative": _WORDS,
        "reporting": _WORDS,
    },
    "historical": {"before": _WORDS, "not_after": _WORDS, "after": _WORDS},
    "sides": {
        "left": _WORDS,
        "right": _WORDS,
        "both": _WORDS,
        "plural_legs": _WORDS,
        "not_sides": _WORDS,
    },
    "icd_sides": {
        "systems": _WORDS,
        "prefixes": _WORDS,
        "position": _COUNT,
        "left": _WORD,
        "right": _WORD,
        "both": _WORD,
    },
    "sites": {"other": _WORDS},
    "values": {
        "unknown": _WORDS,
        "normal": _WORDS,
        "present": _WORDS,
        "haemolysed": _WORDS,
        "positive_codes": _WORDS,
        "negative_codes": _WORDS,
        "low_codes": _WORDS,
        "grade_pattern": _WORD,
    },
    "status": {
        "condition_void": _WORDS,
        "condition_suspected": _WORDS,
        "condition_current": _WORDS,
        "condition_historical": _WORDS,
        "observation_void": _WORDS,
        "report_void": _WORDS,
        "medication_active": _WORDS,
        "medication_stopped": _WORDS,
        "medication_void": _WORDS,
        "medication_intents": _WORDS,
        "procedure_counts": _WORDS,
        "immunization_counts": _WORDS,
        "encounter_counts": _WORDS,
    },
    "time": {
        "future_tolerance_days": _COUNT,
        "vague_days": _COUNT,
        "episode_gap_days": _COUNT,
        "new_episode_days": _COUNT,
        "repeat_days": _COUNT,
        "repeat_recorded_days": _COUNT,
        "same_encounter_hours": _COUNT,
        "sides_combine_days": _COUNT,
        "ended_within_hours": _COUNT,
        "ended_counts_days": _COUNT,
        "mrc_drop": _COUNT,
        "mrc_drop_days": _COUNT,
        "nihss_rise": _COUNT,
        "nihss_rise_days": _COUNT,
        "walking_lost_days": _COUNT,
        "ascending_days": _COUNT,
        "severe_words": _WORD,
        "new_words": _WORD,
    },
    "units": {"dimensionless": _WORDS},  # and `synonyms`, whose keys are units
}
READING_CONCEPTS = ("severe_words", "new_words")

WORDING: Mapping[str, Mapping[str, str]] = {
    "red_flag": {
        "summary": "lead matters",
        "heading_why": "",
        "why": "facts listed_as source",
        "why_expert": "facts listed_as",
        "heading_next": "",
        "next_step": "next_step source",
        "next_step_expert": "next_step",
        "also": "facts title",
        "known_since": "date label",
        "comfort": "",
        "resolved": "",
    },
    "differential": {
        "summary_one": "count first lead",
        "summary_tie": "count first lead second",
        "summary_few": "first lead",
        "summary_none": "lead",
        "heading_why": "",
        "heading_consider": "",
        "cause": "label mark number",
        "mark_tie": "",
        "mark_listed": "date",
        "mark_listed_undated": "",
        "mark_pinned": "",
        "for_line": "items",
        "against_line": "items",
        "no_for": "",
        "no_against": "",
        "not_enough": "items",
        "do_not_miss": "items",
    },
    "common": {
        "heading_not_recorded": "",
        "heading_not_recorded_plain": "",
        "not_assessed": "items",
        "footer": "data_until sources version",
        "footer_no_date": "sources version",
        "no_date": "",
        "and": "",
        "day": "",
        "minute": "",
    },
    "incomplete": {"summary": "items", "summary_short": "", "detail": "items"},
}
"""The templates of cards with the values that the service fills in: each must be used, no other can be."""
WORDING_NUMBERS = (
    "summary_limit",
    "summary_aim",
    "red_flag_aim",
    "differential_aim",
    "facts_shown",
    "not_recorded_shown",
)
WORDING_NAMES = ("resource_types", "values", "override_reasons")
"""Tables of words by a name that other parts of the content, FHIR or HL7 have given."""


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


def reading(table: Table) -> Mapping[str, Any]:
    """All of reading.toml, refused when a key is missing, unknown or of the wrong kind."""
    read: dict[str, Any] = {}
    for name, keys in READING.items():
        if name == "icd_sides":
            read[name] = tuple(_reading(part, keys) for part in table.tables(name))
            continue
        part = table.table(name)
        synonyms = _words_by_name(part.table("synonyms")) if name == "units" else None
        read[name] = _reading(part, keys, {} if synonyms is None else {"synonyms": synonyms})
    table.done()
    return MappingProxyType(read)


def _reading(table: Table, keys: Mapping[str, str], more: Mapping[str, Any] = MappingProxyType({})) -> Any:
    fits: Mapping[str, Callable[[Any], bool]] = {
        _WORDS: lambda value: isinstance(value, list) and all(type(word) is str for word in value),
        _COUNT: lambda value: type(value) is int and value >= 0,
        _WORD: lambda value: type(value) is str,
    }
    read = {key: frozen(table.take(key, kind, fits[kind])) for key, kind in keys.items()}
    table.done()
    return MappingProxyType(read | dict(more))


def wording(table: Table) -> Mapping[str, Any]:
    """All of wording.toml, refused likewise, or when a template has other {names} than the service fills in."""
    read: dict[str, Any] = {
        "source_label": _template(table, "source_label", "version"),
        "differential_topic": topic(table, "differential_topic"),
        "incomplete_topic": topic(table, "incomplete_topic"),
    }
    for key in WORDING_NUMBERS:
        read[key] = table.integer(key)
    for name, templates in WORDING.items():
        part = table.table(name)
        words: dict[str, Any] = {key: _template(part, key, names) for key, names in templates.items()}
        if name == "differential":
            words["items_shown"] = part.integer("items_shown")
        part.done()
        read[name] = MappingProxyType(words)
    for name in WORDING_NAMES:
        read[name] = _words_by_name(table.table(name))
    table.done()
    return MappingProxyType(read)


def topic(table: Table, key: str) -> str:
    """The code of a card's topic. CDS Hooks 2.0, Source: alphanumeric, and an EHR may cut after 100 characters."""
    code = table.text(key)
    if not (code.isascii() and code.isalnum() and len(code) <= 100):
        raise table.fail(key, f"{code!r} is not made of at most 100 letters and digits")
    return code


def placeholders(template: str) -> set[str]:
    """The {names} of a template. Raises ValueError when its braces do not pair."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def _template(table: Table, key: str, names: str) -> str:
    text = table.take(key, "a text", lambda value: type(value) is str and value != "")
    try:
        found = placeholders(text)
    except ValueError as problem:
        raise table.fail(key, f"not a template: {problem}") from None
    if found != set(names.split()):
        wanted = ", ".join(f"{{{name}}}" for name in names.split()) or "none"
        raise table.fail(key, f"has other {{names}} than these: {wanted}")
    return str(text)


def _words_by_name(table: Table) -> Mapping[str, str]:
    words = {name: table.text(name) for name in table.names()}
    return MappingProxyType(words)
