"""reading.toml and wording.toml must have the keys of the files that the code was written with.

The code asks for these keys by name, so the shipped file is their closed list: the same keys, the
same kinds and, in a template, the same {names}, as each stands for a value that the service fills
in. That the code asks for each key of the shipped file is tested in tests/content/test_content.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cards.content_files import Table, frozen
from cards.content_keys import placeholders

FREE_TABLES = (
    "reading.toml: units.synonyms",
    "reading.toml: units.words",
    "wording.toml: cause_groups",
    "wording.toml: feature_groups",
    "wording.toml: resource_types",
    "wording.toml: values",
    "wording.toml: override_reasons",
)
"""Tables whose keys are words of the record, of FHIR or of other parts of the content."""


def as_shipped(table: Table, shipped: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table, frozen; refused when a key is missing, unknown or of another kind than in `shipped`."""
    read = {key: _as_shipped(table, key, value) for key, value in shipped.items()}
    table.done()
    return MappingProxyType(read)


def _as_shipped(table: Table, key: str, shipped: Any) -> Any:
    match shipped:
        case dict():
            inner = table.table(key)
            if f"{inner.file}: {inner.key}" in FREE_TABLES:
                return MappingProxyType({name: inner.text(name) for name in inner.names()})
            return as_shipped(inner, shipped)
        case [dict(), *_]:
            return tuple(as_shipped(part, shipped[0]) for part in table.tables(key))
        case [list(), *_]:
            return frozen(table.take(key, "a list of lists of texts", _is_list_of_lists))
        case list():
            return frozen(table.take(key, "a list of texts, not empty", _is_list_of_texts))
        case str():
            return _text(table, key, shipped)
        case int():
            return table.integer(key)
        case _:
            return table.number(key)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(one) is str for one in value)


def _is_list_of_lists(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_list_of_texts, value))


def _text(table: Table, key: str, shipped: str) -> str:
    """Only what is empty as shipped may be empty."""
    text = str(table.take(key, "a text", lambda value: isinstance(value, str) and bool(value or not shipped)))
    if key.endswith("_pattern"):
        return _pattern(table, key, text)
    try:
        found = placeholders(text)
    except ValueError as problem:
        raise table.fail(key, f"not a template: {problem}") from None
    if found != placeholders(shipped):
        wanted = ", ".join(f"{{{name}}}" for name in sorted(placeholders(shipped))) or "none"
        raise table.fail(key, f"has other {{names}} than these: {wanted}")
    return text


def _pattern(table: Table, key: str, text: str) -> str:
    try:
        re.compile(text)
    except re.error as problem:
        raise table.fail(key, f"not a regular expression: {problem}") from None
    return text
