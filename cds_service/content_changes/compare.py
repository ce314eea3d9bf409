"""Two contents compared: what was added, removed, and changed in which part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cards.knowledge import Knowledge
from cds_service.content_changes import statements
from cds_service.content_changes.statements import Kind, Part


@dataclass(frozen=True, slots=True)
class PartChanged:
    name: str
    before: str
    after: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Of a list, the items; then `before` and `after` need not be told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement that is not as it was."""

    kind: str
    id: str
    title: str
    what: str
    """``added``, ``removed`` or ``changed``."""
    parts: tuple[PartChanged, ...] = ()


def differences(before: Knowledge, after: Knowledge) -> list[Difference]:
    old, new = statements.of(before), statements.of(after)
    return [each for kind in old for each in _of_kind(kind, old[kind], new[kind])]


def _of_kind(kind: str, old: Kind, new: Kind) -> Iterator[Difference]:
    yield from (Difference(kind, name, old[name].title, "removed") for name in old if name not in new)
    for name, now in new.items():
        if name not in old:
            yield Difference(kind, name, now.title, "added", tuple(_told_once(now.parts)))
            continue
        parts = tuple(_changed(old[name].parts, now.parts))
        if parts and not (kind == "order" and _only_longer(old[name].parts, now.parts)):
            yield Difference(kind, name, now.title, "changed", parts)


def _told_once(parts: Mapping[str, Part]) -> Iterator[PartChanged]:
    """Of what is new: its parts that say anything."""
    for name, part in parts.items():
        if part.said and part.said != "nothing":
            yield PartChanged(name, "", part.said)


def _changed(old: Mapping[str, Part], new: Mapping[str, Part]) -> Iterator[PartChanged]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name, _NONE), new.get(name, _NONE)
        if before.value == after.value:
            continue
        items_before, items_after = before.items or (), after.items or ()
        added = tuple(each for each in items_after if each not in items_before)
        removed = tuple(each for each in items_before if each not in items_after)
        yield PartChanged(name, before.said, after.said, added, removed)


_NONE = Part(None, "nothing")


def _only_longer(old: Mapping[str, Part], new: Mapping[str, Part]) -> bool:
    """What was in both stands in the same order: additions and removals are told by themselves."""
    before, after = old["order"].value, new["order"].value
    assert isinstance(before, tuple)  # noqa: S101  (for the type checker: see statements._listed)
    assert isinstance(after, tuple)  # noqa: S101
    return [each for each in before if each in after] == [each for each in after if each in before]
