"""How far back the findings of the red flags shown count, by lane, and when the weakness began."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cards.assessment import RedFlag
from cards.facts import Fact
from cards.findings import When
from cards.knowledge import Feature
from cds_service.bench.picture_words import phrase, sentence
from cds_service.explained import Explained
from cds_service.told_words import Words, span


@dataclass(frozen=True, slots=True)
class Band:
    """The time in which the findings of a lane count for a red flag that is shown."""

    lane: str
    rule: str
    """What the red flag fears, in a few words."""
    said: str
    """The features, and how far back they count."""
    flag: str
    start: datetime | None
    """None: at any time."""
    end: datetime


def bands(told: Explained, words: Words) -> list[Band]:
    """For each red flag that is shown and each lane the windows of the features that it rests on."""
    found: dict[tuple[str, str, datetime | None, datetime], list[str]] = {}
    flags = {flag.rule.id: flag for flag in (told.done.assessment.red_flags if told.done.assessment else ())}
    for flag in flags.values():
        for name in flag.support:
            feature = told.knowledge.features[name]
            if feature.shape not in _NO_WINDOW:
                found.setdefault((flag.rule.id, feature.group, *_window(feature, told)), []).append(name)
    alike: dict[tuple[str, datetime | None, datetime, tuple[str, ...]], list[RedFlag]] = {}
    order = list(told.knowledge.features)
    for (rule, lane, start, end), names in found.items():
        alike.setdefault((lane, start, end, tuple(sorted(names, key=order.index))), []).append(flags[rule])
    made = [
        Band(lane, _fears(those), _of_band(names, start, end, words), those[0].indicator, start, end)
        for (lane, start, end, names), those in alike.items()
    ]
    return sorted(made, key=lambda band: band.start or _EVER)


_EVER = datetime.min.replace(tzinfo=UTC)
_NO_WINDOW = ("derived_time", "laterality", "patient")


def _window(feature: Feature, told: Explained) -> tuple[datetime | None, datetime]:
    """From when to when a finding of the feature counts, as the content says."""
    before = feature.options.get("before_onset_days")
    if isinstance(before, int | float):
        onset = onset_of(told)
        start, end = (onset.earliest, onset.latest) if onset else (told.as_of, told.as_of)
        return start - timedelta(days=before), end
    value = told.facts.get(feature.id).value
    days = feature.window_by_value.get(str(value), feature.window_days)
    return (None if days is None else told.as_of - timedelta(days=days)), told.as_of


def _fears(flags: Iterable[RedFlag]) -> str:
    titles = (flag.rule.title.rpartition(": ")[2].removeprefix("possible ") for flag in flags)
    return sentence(" and ".join(dict.fromkeys(titles)))


def _of_band(names: Iterable[str], start: datetime | None, end: datetime, words: Words) -> str:
    phrases = (phrase(words.knowledge.features[name], words, words.facts.get(name)) for name in names)
    said = ", ".join(dict.fromkeys(phrases))
    return f"{said} {'at any time' if start is None else f'within {span((end - start).days)}'}"


def onset_of(told: Explained) -> When | None:
    """When the weakness began; None when that is not known."""
    return _onset(told).when


def onset_word(told: Explained) -> str:
    """That it began then, or where no record states its beginning only that it is first recorded then."""
    stated = any(finding.onset_stated for finding in _onset(told).findings)
    return "began" if stated else "first recorded"


def _onset(told: Explained) -> Fact:
    derived = {feature.derive: feature.id for feature in told.knowledge.features.values() if feature.derive}
    return told.facts.get(derived["onset_age"])
