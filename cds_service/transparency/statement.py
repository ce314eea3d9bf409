"""Reads what the product says of itself, strictly: no attribute may be missing, blank or unknown."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cards.content_files import Table
from cds_service.transparency.attributes import EVIDENCE_BASED, PREDICTIVE
from cds_service.transparency.site import SiteStatement

FILE = Path(__file__).parent / "statement.toml"
LISTS = ("regulation", "limits", "out_of_scope", "maintenance", "evaluation", "basis")
USES = ("purpose", "users", "population", "setting", "role")
PRODUCT = ("name", "developer", "contact", "licence", "funding")


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to one attribute; texts may hold {numbers} of the content."""

    text: str
    applies: bool


class Asked(NamedTuple):
    """Something that only the site can say."""

    title: str
    unstated: str
    """What is said where it has not."""


@dataclass(frozen=True, slots=True)
class Statement:
    """statement.toml as it is written."""

    product: Mapping[str, str]
    intended_use: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    evidence_based: Mapping[str, Said]
    predictive: Mapping[str, Said]
    site: Mapping[str, Asked]


@cache
def shipped() -> Statement:
    """Raises `ContentError`."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Statement:
    """Raises `ContentError` with the attribute that is missing, blank or unknown."""
    whole = Table(FILE.name, "", tomllib.loads(text))
    predictive = [key for group in PREDICTIVE.values() for key in group]
    statement = Statement(
        product=_texts(whole.table("product"), PRODUCT),
        intended_use=_texts(whole.table("intended_use"), USES),
        lists={name: whole.texts(name) for name in LISTS},
        evidence_based=_attributes(whole.table("evidence_based"), list(EVIDENCE_BASED)),
        predictive=_attributes(whole.table("predictive"), predictive),
        site=_asked(whole.table("site"), list(SiteStatement.model_fields)),
    )
    whole.done()
    return statement


def _texts(table: Table, keys: tuple[str, ...]) -> Mapping[str, str]:
    found = {key: table.text(key) for key in keys}
    table.done()
    return found


def _attributes(table: Table, keys: list[str]) -> Mapping[str, Said]:
    found = {key: _said(table.table(key)) for key in keys}
    table.done()
    return found


def _asked(table: Table, keys: list[str]) -> Mapping[str, Asked]:
    found = {key: Asked(**_texts(table.table(key), Asked._fields)) for key in keys}
    table.done()
    return found


def _said(attribute: Table) -> Said:
    """Either a value, or why there is none."""
    applies = not attribute.has("not_applicable_because")
    said = Said(attribute.text("value" if applies else "not_applicable_because"), applies)
    attribute.done()
    return said
