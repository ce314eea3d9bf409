"""docs/clinical/reading.md: how words, states and dates are read, with the tests of each rule."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cds_service.explanations.wording import Wording, capital, count, days, escaped, table
from tests.clinical_docs import proof
from tests.clinical_docs.links import text

EXAMPLES = 3
"""Texts of a test that are shown; the others only counted."""


@dataclass(frozen=True)
class _Section:
    title: str
    says: str
    """With the numbers of reading.toml in braces, as `table.key`."""
    tests: tuple[str, ...]
    """Of tests/clinical, as `module.test`, without `test_` in either."""


SECTIONS = tuple(
    _Section(each["title"], each["says"].strip(), tuple(each["tests"]))
    for each in tomllib.loads(text("reading.toml"))["section"]
)


def page(wording: Wording, generated: str) -> str:
    lines = [text("reading.md").format(generated=generated)]
    for section in SECTIONS:
        rows = [_row(name) for name in section.tests]
        heads = ["Test", "File", "For example", "Texts"]
        lines += [f"## {section.title}", "", _said(section.says, wording), "", *table(heads, rows)]
    return "\n".join(lines)


def _row(named: str) -> list[str]:
    module, _, name = named.partition(".")
    test = proof.tests_of(f"test_{module}")[f"test_{name}"]
    texts = [f"“{escaped(' '.join(text.split()))}”" for text in test.texts[:EXAMPLES]]
    number = str(len(test.texts)) if test.texts else ""
    return [capital(escaped(test.sentence)), f"`{test.module}.py`", "; ".join(texts), number]


def _said(text: str, wording: Wording) -> str:
    """Each `{table.key}` as its number, its period, its words, or how many there are."""
    numbers = {f"{table}.{key}": _value(f"{table}.{key}", value) for table, key, value in _keys(wording)}
    for name, value in numbers.items():
        text = text.replace(f"{{{name}}}", value)
    if "{" in text:
        raise LookupError(f"no such key of reading.toml: {text}")
    return text


def _keys(wording: Wording) -> Iterator[tuple[str, str, Any]]:
    for name, part in wording.knowledge.reading.items():
        if isinstance(part, Mapping):
            yield from ((name, key, value) for key, value in part.items())


def _value(name: str, value: Any) -> str:
    if name.startswith("status."):
        return ", ".join(str(each) for each in value)
    if name.startswith("time.") and isinstance(value, int | float):
        return days(value)
    return (
        f"{value:,}"
        if isinstance(value, int)
        else str(len(value))
        if isinstance(value, tuple)
        else str(value)
    )


def number_of_texts() -> str:
    """How many texts the tests of reading try."""
    modules = {f"test_{name.partition('.')[0]}" for section in SECTIONS for name in section.tests}
    return count(
        sum(len(test.texts) for module in modules for test in proof.tests_of(module).values()), "text"
    )
