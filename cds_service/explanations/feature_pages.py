"""The groups of features, the features of each, and the patterns that are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cards.knowledge import Derived, Feature
from cds_service.explanations import conditions, features, used_by
from cds_service.explanations.leaf import Leaf
from cds_service.explanations.used_by import UsedBy
from cds_service.explanations.uses import Use, of_features
from cds_service.explanations.wording import Wording, capital, count, plain_label


@dataclass(frozen=True, slots=True)
class Told:
    """One feature."""

    id: str
    label: str
    facts: tuple[tuple[str, str], ...]
    """What each part is, and the part."""
    uses: tuple[UsedBy, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    id: str
    title: str
    kind: str
    when: str
    uses: tuple[UsedBy, ...]


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    features: tuple[str, ...]
    """Links."""


def index(wording: Wording) -> Leaf:
    knowledge = wording.knowledge
    groups = [
        Group(name, title, tuple(_name(feature, wording) for feature in _of(name, wording)))
        for name, title in _titles(wording).items()
    ]
    patterns = [wording.linked(name) for name in _in_order(wording)]
    told = {
        "groups": groups,
        "patterns": patterns,
        "number": count(len(knowledge.features), "feature"),
    }
    return Leaf("explanations_features.html", told)


def _titles(wording: Wording) -> Mapping[str, str]:
    titles: Mapping[str, str] = wording.knowledge.wording["feature_groups"]
    return titles


def _of(group: str, wording: Wording) -> list[Feature]:
    return [feature for feature in wording.knowledge.features.values() if feature.group == group]


def _name(feature: Feature, wording: Wording) -> str:
    return f"[{plain_label(feature)}]({wording.links.feature(feature.id)})"


def group(name: str, wording: Wording) -> Leaf:
    limits, uses = features.limits(wording.knowledge), of_features(wording.knowledge)
    told = [
        _told(feature, limits.get(feature.id, []), uses[feature.id], wording)
        for feature in _of(name, wording)
    ]
    return Leaf("explanations_group.html", {"title": _titles(wording)[name], "features": told})


def _told(feature: Feature, limits: list[str], uses: tuple[Use, ...], wording: Wording) -> Told:
    facts = (
        ("What counts", features.counts(feature, wording)),
        ("How far back", capital(features.window(feature, wording))),
        ("Recorded as", features.recorded(feature, limits)),
        ("Codes and phrases", features.codes(feature, wording)),
        ("Asked for when not recorded", wording.prose(capital(feature.ask))),
        ("Sources", wording.sources(feature.sources)),
    )
    said = tuple((name, text) for name, text in facts if text)
    return Told(feature.id, plain_label(feature), said, tuple(used_by.told(uses, wording)))


def patterns(wording: Wording) -> Leaf:
    uses = of_features(wording.knowledge)
    derived = wording.knowledge.derived
    told = [_pattern(derived[name], uses[name], wording) for name in _in_order(wording)]
    return Leaf("explanations_patterns.html", {"patterns": told})


def _in_order(wording: Wording) -> list[str]:
    derived = wording.knowledge.derived
    return sorted(derived, key=lambda name: capital(derived[name].phrase))


def _pattern(derived: Derived, uses: tuple[Use, ...], wording: Wording) -> Pattern:
    return Pattern(
        derived.id,
        capital(derived.phrase),
        " · ".join(features.pattern_kind(derived, wording)),
        "\n".join(conditions.lines(derived.when, wording)),
        tuple(used_by.told(uses, wording)),
    )
