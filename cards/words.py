"""Features, values, dates and sources in words; text of the record made harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from cards.facts import Answer, Fact
from cards.findings import Finding, Unread, When
from cards.knowledge import Knowledge

if TYPE_CHECKING:
    from cards.assessment import Assessment
    from cards.causes import Weighed

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$^])")
# Renderers look for addresses in the text that is left after the escapes: only a blank breaks them.
_ADDRESS = re.compile(r"(?i)www(?=\.)|:(?=//)|(?<=\S)(?=@)")
_BLANK = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


class Words:
    """Puts one assessment into words."""

    def __init__(
        self, assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC, *, quoting: bool = True
    ) -> None:
        self.assessment = assessment
        self.zone = zone
        self.quoting = quoting
        self.knowledge = knowledge
        self.wording: Mapping[str, Any] = knowledge.wording
        self._facts = assessment.facts

    # -- features

    def phrase(self, name: str) -> str:
        """A recorded feature in a few words, such as "left leg weakness"; no text of the record."""
        fact = self._facts.get(name)
        feature = self.knowledge.features.get(name)
        if feature is None:
            return self.knowledge.derived[name].phrase
        side = "" if fact.side is None else self.wording["sides"][fact.side.value]
        text = feature.phrase.format(side=side, value=self._value(fact), onset=self._onset(fact))
        return _BLANK.sub(" ", text).strip()

    def _value(self, fact: Fact) -> str:
        if fact.shown:
            return harmless(fact.shown, int(self.wording["quote_limit"]))
        if isinstance(fact.value, str):
            return str(self.wording["values"].get(fact.value, fact.value))
        return "" if fact.value is None else f"{fact.value:g}"

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

    # -- findings

    def bullets(self, support: Iterable[str], shown: set[str]) -> str:
        """One line a finding: what it says, when, and the words of the record.

        `shown`: findings that the card has told already, which are left out; these are added.
        """
        groups: dict[str, tuple[Finding, list[str]]] = {}
        loose: list[str] = []
        for name in support:
            fact = self._facts.get(name)
            if fact.answer is not Answer.PRESENT or name in self.wording["unsaid_features"]:
                continue
            if not fact.findings:
                loose.append(self.phrase(name))
                continue
            finding = fact.findings[0]
            groups.setdefault(finding.source.reference + finding.label, (finding, []))[1].append(
                self.phrase(name)
            )
        lines = [self._bullet(*group) for key, group in groups.items() if key not in shown]
        lines = lines[: int(self.wording["facts_shown"])]
        if shown & groups.keys():
            lines.append(self.wording["red_flag"]["as_above"])
        shown.update(groups)
        if loose and not groups:
            lines = [f"- {self.sentence(loose)}"]
        return "\n".join(lines)

    def _bullet(self, finding: Finding, phrases: list[str]) -> str:
        said = self.sentence(self.without_repeats(phrases))
        quote = escaped(finding.label, int(self.wording["quote_limit"]))
        parts = [self.day(finding.when)]
        if self.quoting and not _words(finding.label) <= _words(said):
            parts.append(self.wording["quote"].format(label=quote))
        return f"- {said} ({', '.join(parts)})"

    def arguments(self, rows: Iterable[Weighed]) -> str:
        """Recorded features of the rows, strongest first, each once, with its date."""
        names = dict.fromkeys(
            name for row in rows for name in row.features if name not in self.wording["unsaid_features"]
        )
        items: dict[str, str] = {}
        for name in names:
            items.setdefault(self.phrase(name), self._dated(name))
        kept = self.without_repeats(list(items))
        return self.listing(items[phrase] for phrase in kept[: int(self.wording["arguments_shown"])])

    def _dated(self, name: str) -> str:
        fact = self._facts.get(name)
        when = fact.findings[0].when if fact.findings else fact.when
        phrase = self.phrase(name)
        if "{onset}" in self.knowledge.features[name].phrase:
            return phrase
        return f"{phrase} ({self.day(when)})" if when is not None else phrase

    def references(self, support: Iterable[str]) -> list[str]:
        found = (f.source.reference for name in support for f in self._facts.get(name).findings)
        return list(dict.fromkeys(found))

    # -- dates, sources, lists

    def day(self, when: When | None) -> str:
        """A date as vague as it was recorded; with the time of day when it is recent and exact."""
        if when is None:
            return str(self.wording["common"]["no_date"])
        if when.span > timedelta(days=31):
            return self._local(when.middle, "year")
        if when.span > timedelta(days=2):
            return self._local(when.middle, "month")
        recent = self.assessment.as_of - when.earliest <= timedelta(days=float(self.wording["clock_days"]))
        exact = when.span <= timedelta(minutes=1)
        return self._local(when.middle, "minute" if recent and exact else "day")

    def _local(self, moment: datetime, form: str) -> str:
        return moment.astimezone(self.zone).strftime(self.wording["common"][form])

    def source(self, name: str) -> str:
        return self.knowledge.sources[name].short

    def sources(self, names: Iterable[str]) -> str:
        """The first few publications, those written for patients last."""
        published = [name for name in dict.fromkeys(names) if self.is_published(name)]
        last = self.wording["last_sources"]
        published.sort(key=lambda name: name in last)
        return self.listing(self.source(name) for name in published[: int(self.wording["sources_shown"])])

    def is_published(self, name: str) -> bool:
        """Whether a source is a publication; expert judgement is not."""
        return name not in self.wording["expert_sources"]

    def part(self, unread: Unread) -> str:
        """A part of the record that was not assessed, in words."""
        name = unread.label or self.wording["resource_types"].get(unread.what) or unread.what
        return escaped(str(name), int(self.wording["quote_limit"]))

    def parts(self, unread: Iterable[Unread]) -> str:
        limit = int(self.wording["parts_shown"])
        names = list(dict.fromkeys(self.part(each) for each in unread))
        more = [] if len(names) <= limit else [self.wording["more"].format(count=len(names) - limit)]
        return self.listing(names[:limit] + more)

    def plain(self, text: str) -> str:
        return escaped(text, int(self.wording["quote_limit"]) * 2)

    def listing(self, items: Iterable[str]) -> str:
        return "; ".join(items)

    def sentence(self, phrases: list[str]) -> str:
        """Joined with commas and "and", first letter large."""
        unique = list(dict.fromkeys(phrases))
        text = unique[0] if len(unique) == 1 else ", ".join(unique[:-1]) + self.wording["and"] + unique[-1]
        return text[:1].upper() + text[1:]

    def cut(self, summary: str) -> str:
        """A summary that fits; nothing is cut as long as the content check passes."""
        limit = int(self.wording["summary_limit"])
        return summary if len(summary) <= limit else summary[: limit - 1].rstrip() + "…"

    def footer(self, sources: str) -> str:
        common = self.wording["common"]
        until = self.assessment.data_until
        data = common["no_data_date"]
        if until is not None:
            data = common["based_on"].format(date=self._local(until, "minute"))
        named = common["sources"].format(sources=sources) if sources else ""
        text: str = common["footer"].format(sources=named, version=self.knowledge.version, data=data)
        return text.strip()


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def harmless(text: str, limit: int) -> str:
    """Text of the record on one line, without control characters, cut to `limit`."""
    line = _BLANK.sub(" ", _CONTROL.sub(" ", text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def escaped(text: str, limit: int) -> str:
    """Text of the record as plain text in Markdown: no markup, no HTML, no link of its own."""
    return _ADDRESS.sub(r"\g<0> ", _MARKUP.sub(r"\\\1", harmless(text, limit)))
