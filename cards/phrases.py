"""Features, values and dates in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from cards.facts import Fact
from cards.findings import When
from cards.knowledge import Knowledge
from cards.record_text import escaped

if TYPE_CHECKING:
    from cards.assessment import Assessment

_BLANK = re.compile(r"\s+")


class Phrases:
    """What the recorded features of one assessment are called."""

    def __init__(self, assessment: Assessment, knowledge: Knowledge, zone: tzinfo) -> None:
        self.assessment = assessment
        self.zone = zone
        self.knowledge = knowledge
        self.wording: Mapping[str, Any] = knowledge.wording
        self._facts = assessment.facts
        self._clock_shown = False
        """Whether a time of day has been written: then the zone is told as well."""
        self._days: dict[When, str] = {}
        self._phrases: dict[str, str] = {}
        """What was written before: a feature and its date stand in several places of a card."""

    def phrase(self, name: str) -> str:
        """A recorded feature in a few words, such as "left leg weakness"; of the record its value alone."""
        told = self._phrases.get(name)
        if told is None:
            told = self._phrases[name] = self._told(name)
        return told

    def _told(self, name: str) -> str:
        fact = self._facts.get(name)
        feature = self.knowledge.features.get(name)
        if feature is None:
            return self.knowledge.derived[name].phrase
        side = "" if fact.side is None else self.wording["sides"][fact.side.value]
        text = feature.phrase.format(side=side, value=self._value(fact), onset=self._onset(fact))
        return _BLANK.sub(" ", text).strip()

    def _value(self, fact: Fact) -> str:
        if fact.shown:
            # The unit is as recorded: 10*9/L has a sign of Markdown, and whoever sends it may put in others.
            return escaped(self._printed(fact.shown), int(self.wording["quote_limit"]))
        if isinstance(fact.value, str):
            return str(self.wording["values"].get(fact.value, fact.value))
        return "" if fact.value is None else f"{fact.value:g}"

    def _printed(self, value: str) -> str:
        """A value with its unit as it is printed: the record may hold the code of the unit, such as Cel."""
        for code, sign in self.wording["printed_units"]:
            if value.endswith(f" {code}"):
                return value.removesuffix(code) + str(sign)
        return value

    def _onset(self, fact: Fact) -> str:
        return self.day(fact.when) if fact.when else ""

    def without_repeats(self, phrases: list[str]) -> list[str]:
        """Without a phrase whose words all stand in another one."""
        sets = [set(phrase.lower().split()) for phrase in phrases]
        return [
            phrase
            for index, phrase in enumerate(phrases)
            if not any(
                (sets[index] < other) or (sets[index] == other and earlier < index)
                for earlier, other in enumerate(sets)
                if earlier != index
            )
        ]

    def without_implied(self, names: Iterable[str]) -> list[str]:
        """Without what another of the features says already, such as a weak leg beside a hemiparesis."""
        kept = list(dict.fromkeys(names))
        for telling, *implied in self.wording["implies"]:
            if telling in kept:
                kept = [name for name in kept if name not in implied or self._other_side(name, telling)]
        return kept

    def _other_side(self, name: str, telling: str) -> bool:
        side, told = self._facts.get(name).side, self._facts.get(telling).side
        return self.knowledge.features[telling].sided and side not in {None, told}

    def weakness_support(self) -> tuple[str, ...]:
        """The recorded features that make up the evidence of weakness, and how it runs."""
        time = self.knowledge.reading["time"]
        tiers = [tier for tier in time["episode_tiers"] if self._facts.holds(tier)]
        course = [name for name in time["course_features"] if self._facts.holds(name)]
        return self._facts.base_features((*tiers, *course))

    def lead_of_the_weakness(self) -> str:
        first = self.wording["weakness_lead"]
        names = sorted(
            self.weakness_support(), key=lambda name: first.index(name) if name in first else len(first)
        )
        phrases = self.without_repeats([self.phrase(name) for name in names])
        if phrases:
            return phrases[0]
        return str(self.wording["differential"]["no_weakness"])

    def day(self, when: When | None) -> str:
        """A date as vague as it was recorded; with the time of day when it is recent and exact."""
        if when is None:
            return str(self.wording["common"]["no_date"])
        written = self._days.get(when)
        if written is None:
            written = self._days[when] = self._written(when)
        return written

    def _written(self, when: When) -> str:
        if when.span > timedelta(days=31):
            return self._local(when.middle, "year")
        if when.span > timedelta(days=2):
            return self._local(when.middle, "month")
        recent = self.assessment.as_of - when.earliest <= timedelta(days=float(self.wording["clock_days"]))
        exact = when.span <= timedelta(minutes=1)
        return self._local(when.middle, "minute" if recent and exact else "day")

    def _local(self, moment: datetime, form: str) -> str:
        self._clock_shown = self._clock_shown or form == "minute"
        return moment.astimezone(self.zone).strftime(self.wording["common"][form])
