"""How the features of the content hang together: which uses which concepts and which other features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from cards.content_files import ContentError
from cards.content_keys import OPTION_CONCEPTS, OPTION_FEATURES
from cards.knowledge_types import Derived, Feature

FileOf = Callable[[str, str], str]
"""The file of a folder, such as ``features``, in which the table with an id stands."""


def concepts_of(feature: Feature) -> tuple[str, ...]:
    """All concepts that a feature uses, by whichever key, each once."""
    return tuple(dict.fromkeys(name for _, names in concepts_by_key(feature) for name in names))


def concepts_by_key(feature: Feature) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield "concepts", feature.concepts
    yield "cancelled_by", feature.cancelled_by
    if feature.shape == "report":
        yield "values", tuple(f"value_{feature.id}_{value}" for value in feature.values)
    for key in OPTION_CONCEPTS:
        yield key, names_in(feature.options.get(key, ()))
    yield "aged.concepts", names_in(inside(feature, "aged", "concepts"))
    yield "aged.in_words", names_in(inside(feature, "aged", "in_words"))


def features_of_concept(features: Mapping[str, Feature]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for feature in features.values():
        for concept in concepts_of(feature):
            found[concept] = (*found.get(concept, ()), feature.id)
    return MappingProxyType(found)


def in_order(
    derived: Mapping[str, Derived], features: Mapping[str, Feature], file_of: FileOf
) -> Mapping[str, Derived]:
    """The derived features, each after those that it uses. A circle, also through `or_when`, is refused."""
    needed = {name: features_of(feature) for name, feature in features.items()}
    needed |= {name: tuple(use.feature for use in one.when.uses) for name, one in derived.items()}
    if round_trip := circle(needed):
        name = next((name for name in round_trip if name in derived), round_trip[0])
        file, key = ("derived.toml", "when") if name in derived else (file_of("features", name), "or_when")
        raise ContentError(file, f"{name}.{key}", f"goes round in a circle: {' -> '.join(round_trip)}")
    return MappingProxyType({name: derived[name] for name in _inside_out(needed) if name in derived})


def features_of(feature: Feature) -> tuple[str, ...]:
    """The other features that a feature is read with."""
    named = [use.feature for use in feature.or_when.uses] if feature.or_when else []
    for key in OPTION_FEATURES:
        named += names_in(feature.options.get(key, ()))
    named += names_in(inside(feature, "aged", "unless"))
    named += names_in(inside(feature, "ended_by", "feature"))
    return tuple(dict.fromkeys(named))


def _inside_out(needed: Mapping[str, Iterable[str]]) -> Iterable[str]:
    """All names, each after those that it needs; there must be no circle."""
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in done:
            for other in needed.get(name, ()):
                visit(other)
            done[name] = None

    for name in needed:
        visit(name)
    return done


def circle(needed: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Names that need each other, the first also as last; empty when there are none."""
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as problem:
        return tuple(reversed(problem.args[1]))
    return ()


def inside(feature: Feature, option: str, key: str) -> object:
    table = feature.options.get(option)
    return table.get(key, ()) if isinstance(table, Mapping) else ()


def names_in(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(name) for name in value) if isinstance(value, Iterable) else ()
