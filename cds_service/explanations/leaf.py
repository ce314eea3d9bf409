"""What a template is told to make one page of: plain texts and Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Leaf:
    template: str
    told: Mapping[str, Any]
