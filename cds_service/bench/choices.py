"""What can be added to a chart or denied in it: the features, and what each needs to be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from cards.knowledge import Feature, Knowledge
from cards.truths import conditions_of
from cds_service.bench.change import Change, ChangeRefused, Does
from cds_service.bench.making import Wish, of_the_weakness
from cds_service.bench.naming import ways

_MEASURED = ("observation_quantity", "derived", "report", "derived_time")


@dataclass(frozen=True, slots=True)
class Choice:
    """One feature as a person picks it."""

    feature: str
    label: str
    """Without the unit."""
    group: str
    sided: bool
    units: tuple[str, ...]
    """UCUM, the usual one first; empty when it has no number, or one without a unit."""
    number: bool
    """A number must be said."""
    example: str
    """A value that matters, such as ``2.4 mmol/L``; empty without a number."""
    values: tuple[tuple[str, str], ...]
    """Of coded answers each code with its words, of which one must be said; else empty."""
    dated: bool
    """A time can be said."""
    deniable: bool

    @property
    def needs(self) -> str:
        """In words, for a hint: ``a value in mmol/L, such as 2.4``."""
        parts = [f"a value, such as {self.example}"] if self.number else []
        parts += ["one of its values"] if self.values else []
        parts += ["a side"] if self.sided else []
        return ", ".join(parts)


@lru_cache(maxsize=4)
def choices(knowledge: Knowledge) -> tuple[Choice, ...]:
    """All of them, in the order of the groups of wording.toml, by label within a group."""
    order = list(knowledge.wording["feature_groups"])
    found = [_choice(each, knowledge) for each in knowledge.features.values() if each.id not in left_out()]
    return tuple(sorted(found, key=lambda each: (order.index(each.group), each.label.lower())))


def groups(knowledge: Knowledge) -> Mapping[str, tuple[Choice, ...]]:
    """The choices by the title of their group."""
    titles: Mapping[str, str] = knowledge.wording["feature_groups"]
    found = {
        title: tuple(each for each in choices(knowledge) if each.group == name)
        for name, title in titles.items()
    }
    return {title: of for title, of in found.items() if of}


def left_out() -> Mapping[str, str]:
    """The features that are no choice, each with the reason."""
    reasons: Mapping[str, str] = ways()["left_out"]
    return reasons


def checked(change: Change, knowledge: Knowledge) -> Wish:
    """What a change of a feature asks for. Raises `ChangeRefused` with what is missing or does not belong."""
    feature = _feature(change.what, knowledge)
    choice = next(each for each in choices(knowledge) if each.feature == feature.id)
    present = change.does is Does.ADD
    if not present and not choice.deniable:
        raise ChangeRefused(f"{choice.label} cannot be denied: say its value instead.")
    if change.side and not choice.sided:
        raise ChangeRefused(f"{choice.label} has no side.")
    if change.when and not choice.dated:
        raise ChangeRefused(f"{choice.label} has no date of its own.")
    return Wish(
        feature,
        present,
        change.side,
        _value(change, choice, present=present),
        _unit(change.unit, choice, knowledge),
        _code(change, choice, present=present),
        change.when,
    )


def _feature(name: str, knowledge: Knowledge) -> Feature:
    if name in left_out():
        raise ChangeRefused(f"{knowledge.features[name].label}: {left_out()[name]}.")
    if name in knowledge.features:
        return knowledge.features[name]
    near = get_close_matches(name, knowledge.features, 3, 0.5)
    hint = f" Is one of these meant: {', '.join(near)}?" if near else " Take one from the list."
    raise ChangeRefused(f"{name!r} is no feature.{hint}")


def _value(change: Change, choice: Choice, *, present: bool) -> float | None:
    if choice.number and present and change.value is None:
        raise ChangeRefused(f"{choice.label}: say a value, such as {choice.example}.")
    if not choice.number and change.value is not None:
        raise ChangeRefused(f"{choice.label} has no number; it is there or not.")
    return change.value


def _unit(written: str, choice: Choice, knowledge: Knowledge) -> str:
    if not written:
        return ""
    printed = {str(sign).lower(): str(code) for code, sign in knowledge.wording["printed_units"]}
    alike = {unit.lower(): unit for unit in choice.units}
    unit = printed.get(written.lower(), written)
    found = unit if unit in choice.units else alike.get(unit.lower())
    if found is None:
        known = ", ".join(choice.units) or "none"
        raise ChangeRefused(f"{choice.label}: the unit {written!r} is not understood. Understood: {known}.")
    return found


def _code(change: Change, choice: Choice, *, present: bool) -> str:
    codes = [code for code, _ in choice.values]
    if change.code not in ([*codes] if codes and present else [""]):
        wanted = (
            f"say one of {', '.join(codes)}" if codes else f"{change.code!r} is no time and no value of it"
        )
        raise ChangeRefused(f"{choice.label}: {wanted}.")
    return change.code


def _choice(feature: Feature, knowledge: Knowledge) -> Choice:
    units = tuple(unit.unit for unit in knowledge.units.get(feature.id, ()))
    number = feature.is_quantity and feature.shape != "derived_time"
    worded = knowledge.wording["values"]
    return Choice(
        feature=feature.id,
        label=feature.label.removesuffix(f" ({feature.unit})"),
        group=feature.group,
        sided=feature.sided,
        units=units,
        number=number,
        example=_example(feature, knowledge) if number else "",
        values=tuple((code, str(worded.get(code, code))) for code in feature.values),
        dated=not (of_the_weakness(feature) or feature.derive == "age"),
        deniable=not (feature.is_quantity or feature.values or feature.derive == "resolved_within"),
    )


def _example(feature: Feature, knowledge: Knowledge) -> str:
    """A value just beyond the first limit that the content asks for."""
    if (chosen := ways()["examples"].get(feature.id)) is not None:
        return _with_unit(float(chosen), feature)
    asked = [
        each
        for condition in conditions_of(knowledge)
        for each in sorted(condition.comparisons, key=lambda one: one.text)
        if each.feature == feature.id and isinstance(each.wanted, float | int)
    ]
    if not asked:
        return _with_unit(_usual(feature), feature)
    first = asked[0]
    limit = float(str(first.wanted))
    step = 1.0 if limit == int(limit) and abs(limit) >= 10 else 0.1 if abs(limit) >= 1 else abs(limit) / 10
    beyond = {"<": limit - step, ">": limit + step}.get(first.operator, limit)
    return _with_unit(round(beyond, 3), feature)


def _usual(feature: Feature) -> float:
    """Where no condition asks for the number: the middle of what is believed."""
    plausible = feature.options.get("plausible")
    low, high = plausible if isinstance(plausible, list | tuple) else (0, 10)
    return round((float(low) + float(high)) / 2)


def _with_unit(value: float, feature: Feature) -> str:
    unit = "" if feature.unit.startswith("{") else f" {feature.unit}"
    return f"{value:g}{unit}"


def labelled(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Each choice by what a person picks in a list, with its feature: label and group, no two alike."""
    seen: set[str] = set()
    titles = knowledge.wording["feature_groups"]
    for each in choices(knowledge):
        name = each.label if each.label not in seen else f"{each.label} ({titles[each.group]})"
        seen.add(name)
        yield name, each.feature
