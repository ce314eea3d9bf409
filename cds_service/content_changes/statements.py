"""A content as statements with their parts: what each is compared by, and how it is said.

Every field of the knowledge is a part, so that no difference goes unseen; those that clinicians know by other
words than the field's name are said with the words of the explanation pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from cards.conditions import Condition
from cards.knowledge import Evidence, Knowledge
from cds_service.content_changes.plain import NoLinks, plain
from cds_service.explanations import conditions
from cds_service.explanations.codes import SYSTEMS
from cds_service.explanations.wording import Wording, days

NAMES = {
    "when": "condition",
    "or_when": "present as well with",
    "unless": "stands back when",
    "gate": "asked only with",
    "critical": "level",
    "window_days": "how far back",
    "known_within_days": "known when recorded within",
    "urgency": "time to act",
    "needs": "listed only with",
    "prior": "how common",
    "phrase": "as cards say it",
    "matters": "what the summary says of it",
    "listed_by": "listed by",
    "ask": "asked for when not recorded",
    "lead": "findings named first in the summary",
    "definition": "what counts",
    "known_codes": "recorded diagnosis",
}
"""Of fields, in words; all others by their name."""
WINDOWS = {"window_days", "known_within_days"}
LEFT_OUT = {"id", "position", "evidence", "prior_points"}
"""What is no statement by itself: ids are the keys, the order is compared as a whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a statement."""

    value: object
    """What it is compared by."""
    said: str
    """In words; lists are compared and told item by item."""
    items: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    title: str
    parts: Mapping[str, Part]


Kind = Mapping[str, Statement]
"""By id."""


def of(knowledge: Knowledge) -> Mapping[str, Kind]:
    """All statements by their kind."""
    said = _Sayer(Wording(knowledge, NoLinks()))
    return {
        "red flag": {each.id: said.statement(each.title, each) for each in knowledge.rules},
        "cause": {
            each.id: said.statement(each.label, each, said.evidence(each.evidence))
            for each in knowledge.causes.values()
        },
        "feature": {each.id: said.statement(each.label, each) for each in knowledge.features.values()},
        "pattern": {each.id: said.statement(each.label, each) for each in knowledge.derived.values()},
        "concept": {
            each.id: said.statement(each.label, each, _codes(each.id, knowledge))
            for each in knowledge.concepts.values()
        },
        "source": {each.id: said.statement(each.short, each) for each in knowledge.sources.values()},
        "policy": {"policy": said.statement("Policy", knowledge.policy)},
        "unit": {name: Statement(name, _units(rows)) for name, rows in knowledge.units.items()},
        "picture": {name: said.statement(name, each) for name, each in knowledge.body.items()},
        "site setting": {
            **{each.id: said.statement(each.id, each) for each in knowledge.tunable.numbers.values()},
            **{
                f"{each.rule} {each.option}": said.statement(f"{each.rule}: {each.option}", each)
                for each in knowledge.tunable.narrowings.values()
            },
        },
        "reading": _settings(knowledge.reading),
        "wording": _settings(knowledge.wording),
        "system": _settings({**knowledge.systems, "addresses": knowledge.system_urls}),
        "order": {
            "red flags": _listed("Order of red flags", [rule.title for rule in knowledge.rules]),
            "causes": _listed("Order of causes", [cause.label for cause in knowledge.causes.values()]),
        },
    }


@dataclass(frozen=True, slots=True)
class _Sayer:
    wording: Wording

    def statement(self, title: str, thing: Any, more: Mapping[str, Part] | None = None) -> Statement:
        parts = {
            NAMES.get(field.name, field.name.replace("_", " ")): self.part(
                field.name, getattr(thing, field.name)
            )
            for field in fields(thing)
            if field.name not in LEFT_OUT
        }
        return Statement(title, {**parts, **(more or {})})

    def part(self, name: str, value: Any) -> Part:
        known = self.wording.knowledge
        match value:
            case Condition():
                return Part(value.text, plain(conditions.sentence(value, self.wording)))
            case None:
                return Part(None, "any time" if name in WINDOWS else "nothing")
            case tuple():
                items = tuple(self._name(each) for each in value)
                return Part(items, "; ".join(items), items)
        match name:
            case "critical":
                return Part(value, "critical" if value else "warning")
            case "gate":
                return Part(value, self.wording.feature(value))
            case "urgency" if isinstance(value, str):
                return Part(value, known.policy.urgency[value])
            case "source" | "listed_by" | "next_step_by" if value in known.sources:
                return Part(value, f"{known.sources[value].short} ({value})")
        if name in WINDOWS:
            return Part(value, days(value))
        return Part(_plain_value(value), str(_plain_value(value)))

    def _name(self, value: Any) -> str:
        """An id in a list in words; what is none as it is."""
        known = self.wording.knowledge
        if isinstance(value, str):
            if value in known.features or value in known.derived:
                return f"{self.wording.feature(value)} ({value})"
            if value in known.concepts:
                return f"“{known.concepts[value].label}” ({value})"
            if value in known.causes:
                return known.causes[value].label
            return value
        return str(_plain_value(value))

    def evidence(self, rows: tuple[Evidence, ...]) -> Mapping[str, Part]:
        """What speaks for or against a cause, row by row."""
        items = tuple(
            f"{row.strength.replace('_', ' ')}: {plain(conditions.sentence(row.when, self.wording))}"
            f" [{row.when.text}; {row.basis}; {row.source}{'; reviewed' if row.reviewed else ''}]"
            for row in rows
        )
        return {"evidence": Part(items, "; ".join(items), items)}


def _plain_value(value: Any) -> object:
    """Without conditions' compiled parts, so that two readings of the same text are equal."""
    match value:
        case Condition():
            return value.text
        case str() | bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(key): _plain_value(each) for key, each in value.items()}
        case tuple() | list():
            return [_plain_value(each) for each in value]
    return {field.name: _plain_value(getattr(value, field.name)) for field in fields(value)}


def _codes(concept: str, knowledge: Knowledge) -> Mapping[str, Part]:
    items = tuple(sorted(_code(row) for row in knowledge.codes.rows if row.concept == concept))
    return {"codes": Part(items, "; ".join(items), items)}


_MATCHES = {"exact": "this code alone", "prefix": "and all codes below it"}


def _code(row: Any) -> str:
    rest = {
        field.name: getattr(row, field.name)
        for field in fields(row)
        if field.name not in {"concept", "system", "code", "display", "match", "verified"}
    }
    sure = "confirmed" if row.verified else "confirmed by no terminology: a hint, never critical alone"
    notes = [
        _MATCHES.get(row.match, row.match),
        sure,
        *(f"{name} {_plain_value(value)}" for name, value in rest.items() if value),
    ]
    return f"{SYSTEMS.get(row.system, row.system)} {row.code} “{row.display}” ({', '.join(notes)})"


def _units(rows: Any) -> Mapping[str, Part]:
    items = tuple(f"{row.unit}: times {row.factor:g}, plus {row.offset:g}" for row in rows)
    return {"units": Part(items, "; ".join(items), items)}


def _settings(tree: Mapping[str, Any]) -> Kind:
    return {key: Statement(key, {"value": part}) for key, part in _flat(tree, "")}


def _flat(value: Any, key: str) -> Iterator[tuple[str, Part]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, tuple | list):
        items = tuple(str(_plain_value(each)) for each in value)
        yield key, Part(items, "; ".join(items), items)
    else:
        yield key, Part(value, str(value))


def _listed(title: str, names: list[str]) -> Statement:
    return Statement(title, {"order": Part(tuple(names), " > ".join(names))})
