"""Grades of power as they are written: "4/5", "3 to 4 out of 5"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


class Grades:
    """Finds them by ``reading.toml`` [values]."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._of: tuple[str, ...] = values["power_of"]
        of = "|".join(map(re.escape, self._of))
        self.pattern = re.compile(f"{values['power_pattern']}(?:{of}){values['power_end_pattern']}")
        """The lowest and the highest grade of a span are its groups; the first is None where there is one."""

    def stand_in(self, words: str) -> bool:
        """Whether there is one. Asked of every name and text, nearly all of which hold no "of five"."""
        return any(of in words for of in self._of) and self.pattern.search(words) is not None
