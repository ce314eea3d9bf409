"""Tests that documents name, as `tests/file.py::test_name`: whether they are there."""

from __future__ import annotations

import ast
from functools import cache

from tests.docs.markdown import TOP


@cache
def names_in(file: str) -> frozenset[str]:
    path = TOP / file
    if not path.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def gone(node_id: str) -> bool:
    file, _, name = node_id.partition("::")
    return not name.startswith("test_") or name not in names_in(file)
