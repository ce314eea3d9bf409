"""A member that is met twice is found by its marks as it is by looking at each name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.evidence import twice
from cds_service.evidence.twice import says_twice

TEXTS = st.text(st.sampled_from('a\\":, {}[]\u00e9\n\U0001f600\ud83d'), max_size=5)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.sampled_from([None, True, 7, -1.5e300, 10**30]),
    lambda inner: st.lists(inner, max_size=3) | st.builds(dict, members=st.lists(st.tuples(TEXTS, inner))),
    max_leaves=8,
)


def written(value: Any, *, ascii_only: bool) -> str:
    """As JSON; an object is given by its members in order, of which two may have one name."""
    if isinstance(value, dict):
        pairs = (
            f"{json.dumps(name, ensure_ascii=ascii_only)}: {written(each, ascii_only=ascii_only)}"
            for name, each in value["members"]
        )
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(each, ascii_only=ascii_only) for each in value) + "]"
    return json.dumps(value, ensure_ascii=ascii_only)


@given(VALUES, st.booleans())
def test_whatever_is_written_is_judged_as_name_by_name(value: Any, ascii_only: bool) -> None:
    raw = written(value, ascii_only=ascii_only).encode(errors="surrogatepass")
    assert says_twice(raw) is twice._is_met_twice(raw)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a": 1, "a": 1}', True),
        (b'{"a": {"b": [{"c": "\\"", "c": "\\\\"}]}}', True),
        (b'{"a": 1, "\\u0061": 1}', True),
        (b'{"a\\u0022": 1, "a\\"": 1}', True),
        (b'{"a": "\\ud83d", "b": 1, "b": 1}', True),
        (b'{"a": "\\ud83d", "b": 1}', False),
        (b'{"a\\\\": ":", "a": "\\\\\\":"}', False),
        (b'{"a": "\\u0022", "A": [{"a": ""}, {"a": ""}]}', False),
        (b'{"a": 1, "a":', False),
        (b"", False),
    ],
)
def test_what_is_twice_and_what_is_not(raw: bytes, *, said: bool) -> None:
    assert says_twice(raw) is said
