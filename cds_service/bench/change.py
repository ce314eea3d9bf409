"""One change of a chart as a short text for an address or a form field.

    add:urinary_retention:today             present, of today
    add:potassium:2.3 mmol/L:2h             a value, two hours ago
    add:foot_drop:left:3d                   on the left
    add:mri_spine_result:cord_compression   one of the coded values
    deny:reflexes_reduced:today             looked for, and not there
    remove:Observation/12                   as if it had never been recorded
    negate:Condition/3                      the same, said to be not so
    date:Condition/3:5d                     another date

Side, value and time may stand in any order. A colon inside a reference is written %3A.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from urllib.parse import quote, unquote

from cards.findings import Side
from cds_service.bench import moments
from cds_service.bench.moments import Moment, NoMoment

# An instant holds colons of its own.
_PART = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?|[^:]+")
# A unit that begins with a figure, such as 10*9/L, stands apart.
_VALUE = re.compile(r"(?P<value>[+-]?\d+(?:[.,]\d+)?)(?P<unit> \S+|[^\d\s.,-]\S*)?", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SIDES = {"left": Side.LEFT, "right": Side.RIGHT, "both": Side.BILATERAL, "bilateral": Side.BILATERAL}
_LONGEST = 300
FORMS = (
    "add:FEATURE, deny:FEATURE (each with :SIDE, :VALUE UNIT, :TIME where they belong), remove:TYPE/ID, "
    "negate:TYPE/ID or date:TYPE/ID:TIME"
)


class ChangeRefused(ValueError):
    """A change that is not understood or cannot be made; the sentence says what to do."""


class Does(StrEnum):
    """What a change does."""

    ADD = "add"
    DENY = "deny"
    REMOVE = "remove"
    NEGATE = "negate"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as far as its text tells; whether chart and content allow it shows when it is made."""

    does: Does
    what: str
    """The feature of `add` and `deny`; else the reference of a resource."""
    side: Side | None = None
    value: float | None = None
    unit: str = ""
    """UCUM code; empty for the unit of the feature."""
    code: str = ""
    """One of the coded values of the feature."""
    when: Moment | None = None

    def __str__(self) -> str:
        """The text that `parse` reads back."""
        parts = [self.does.value, quote(self.what, safe="/ ,()_-.")]
        parts += [self.side.value] if self.side else []
        parts += [f"{_plain(self.value)} {self.unit}".strip()] if self.value is not None else []
        parts += [self.code] if self.code else []
        parts += [self.when.text] if self.when else []
        return ":".join(parts)


def _plain(value: float) -> str:
    """Without an exponent, as people type it: ``0.00001``."""
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def parse(text: str) -> Change:
    """The change that a text says. Raises `ChangeRefused` with what is understood."""
    if len(text) > _LONGEST:
        raise ChangeRefused(f"A change has at most {_LONGEST} characters.")
    does, *rest = [part.strip() for part in _PART.findall(text)] or [""]
    if does not in {each.value for each in Does} or not rest or not all(rest):
        raise ChangeRefused(f"{text!r} is no change. Write {FORMS}.")
    what, *said = rest
    kind = Does(does)
    if kind in {Does.ADD, Does.DENY}:
        return _of_feature(kind, what, said)
    if kind is Does.DATE:
        if len(said) != 1:
            raise ChangeRefused(f"{text!r}: one new date belongs behind the resource: {moments.UNDERSTOOD}.")
        return Change(kind, unquote(what), when=_moment(said[0]))
    if said:
        raise ChangeRefused(f"{text!r}: nothing belongs behind the resource.")
    return Change(kind, unquote(what))


def _of_feature(does: Does, what: str, said: list[str]) -> Change:
    if not _NAME.fullmatch(what):
        raise ChangeRefused(f"{what!r} is no feature. Take one from the list.")
    told: dict[str, object] = {}
    for part in said:
        for name, value in _told(part).items():
            if name in told:
                raise ChangeRefused(f"{part!r}: a second {name} of {what}; one is enough.")
            told[name] = value
    return Change(does, what, **told)  # type: ignore[arg-type]  # the names are those of Change


def _told(part: str) -> dict[str, object]:
    """What one part says: a side, a time, a value with its unit, or a coded value."""
    if part.lower() in _SIDES:
        return {"side": _SIDES[part.lower()]}
    try:
        return {"when": moments.read(part)}
    except NoMoment as error:
        if found := _VALUE.fullmatch(part):
            return {"value": float(found["value"].replace(",", ".")), "unit": (found["unit"] or "").strip()}
        if _NAME.fullmatch(part):
            return {"code": part}
        raise ChangeRefused(f"{part!r} is no side, no value and no time. {error}") from None


def _moment(text: str) -> Moment:
    try:
        return moments.read(text)
    except NoMoment as error:
        raise ChangeRefused(str(error)) from None
