"""Every row of docs/conformance.md has a test of its name, and every such test a row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TOP = Path(__file__).parents[2]
TESTS = TOP / "tests" / "wire" / "conformance"

NO_TEST = {"PERF-500ms"}
"""Time is measured in benchmarks/ and asserted nowhere."""


def rows() -> list[str]:
    page = (TOP / "docs" / "conformance.md").read_text(encoding="utf-8")
    return re.findall(
        r"^\| ([A-Z]+(?:-\w+)+) \| (?:SHALL|SHOULD|MAY|SAFETY|ROBUST|POLICY)", page, re.MULTILINE
    )


def in_words(key: str) -> str:
    """`CARD-overrideReasons` as `card_override_reasons`."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", key).split("-")
    return "_".join(part.lower() for part in parts)


def names_of_tests() -> set[str]:
    return {
        node.name
        for file in TESTS.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_row_has_a_test_of_its_name() -> None:
    keys = rows()
    assert len(keys) > 60
    assert len(keys) == len(set(keys))
    assert set(keys) >= NO_TEST
    missing = [key for key in keys if f"test_{in_words(key)}" not in names_of_tests()]
    assert set(missing) <= NO_TEST
