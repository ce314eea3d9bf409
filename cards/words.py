"""Findings, arguments and sources in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from cards.conditions import Condition
from cards.facts import Answer, Fact
from cards.findings import Finding, Kind, Unread
from cards.knowledge import Knowledge
from cards.phrases import Phrases
from cards.record_text import escaped

if TYPE_CHECKING:
    from cards.assessment import Assessment
    from cards.causes import Weighed

_WORD = re.compile(r"\w+")


class Words(Phrases):
    """Puts one assessment into words."""

    def __init__(
        self, assessment: Assessment, knowledge: Knowledge, zone: tzinfo = UTC, *, quoting: bool = True
    ) -> None:
        super().__init__(assessment, knowledge, zone)
        self.quoting = quoting
        self._named: set[str] = set()
        """References of the medicines that the card has named."""

    # -- findings

    def bullets(self, support: Iterable[str], shown: set[str]) -> str:
        """One line a finding: what it says, when, and the words of the record.

        `shown`: findings that the card has told already, which are left out; these are added.
        """
        groups: dict[str, tuple[Finding, list[str]]] = {}
        loose: list[str] = []
        for name in self.said(support):
            fact = self._facts.get(name)
            if not fact.findings:
                loose.append(self.phrase(name))
                continue
            finding = fact.findings[0]
            groups.setdefault(finding.source.reference + finding.label, (finding, []))[1].append(name)
        told_now = [key for key in groups if key not in shown][: int(self.wording["facts_shown"])]
        lines = [self._bullet(*groups[key]) for key in told_now]
        if shown & groups.keys():
            lines.append(self.wording["red_flag"]["as_above"])
        shown.update(told_now)
        if loose and not groups:
            lines = [f"- {self.sentence(loose)}"]
        return "\n".join(lines)

    def said(self, support: Iterable[str]) -> list[str]:
        """The features that are recorded as present and that a card says."""
        unsaid = self.wording["unsaid_features"]
        return [n for n in support if self._facts.get(n).answer is Answer.PRESENT and n not in unsaid]

    def _bullet(self, finding: Finding, names: list[str]) -> str:
        said = self.sentence(
            self.without_repeats([self.phrase(name) for name in self.without_implied(names)])
        )
        parts = [self.day(finding.when)]
        if self.quoting and not self._says_it_all(said, names, finding):
            parts.append(self._quoted(finding))
        return f"- {said} ({', '.join(parts)})"

    def _quoted(self, finding: Finding) -> str:
        label = escaped(finding.label, int(self.wording["quote_limit"]))
        return str(self.wording["quote"].format(label=label))

    def _says_it_all(self, said: str, names: list[str], finding: Finding) -> bool:
        """Whether the words of the record would add nothing: the same words, or the name of a plain value."""
        features = [self.knowledge.features[name] for name in names if name in self.knowledge.features]
        plain_value = all(feature.is_quantity and not feature.sided for feature in features)
        return (plain_value and bool(features)) or self._meant(finding.label) <= self._meant(said)

    def _meant(self, text: str) -> set[str]:
        """The words that carry the meaning, each in one form."""
        forms = {form: words[0] for words in self.wording["same_words"] for form in words}
        words = (forms.get(word, word) for word in _WORD.findall(text.lower()))
        return {word for word in words if word not in self.wording["small_words"]}

    def arguments(self, rows: Iterable[Weighed]) -> str:
        """Features of the rows, strongest first, each once, with its date; a medicine with its name."""
        return self._dated_list(name for row in rows for name in row.features)

    def grounds(self, condition: Condition) -> str:
        """The recorded features by which a condition is met, as arguments; empty when it is not.

        Where these are but the side and the onset of the weakness, the weakness itself is named.
        """
        support = self._facts.base_features(self._facts.met(condition) or ())
        return self._dated_list(support) or (self._dated_list(self.weakness_support()) if support else "")

    def _dated_list(self, features: Iterable[str]) -> str:
        names = (name for name in features if name not in self.wording["unsaid_features"])
        items: dict[str, str] = {}
        for name in self.without_implied(names):
            items.setdefault(self.phrase(name), self._dated(name))
        kept = self.without_repeats(list(items))
        return self.listing(items[phrase] for phrase in kept[: int(self.wording["arguments_shown"])])

    def _dated(self, name: str) -> str:
        fact = self._facts.get(name)
        when = fact.findings[0].when if fact.findings else fact.when
        phrase = self.phrase(name)
        if "{onset}" in self.knowledge.features[name].phrase:
            return phrase
        parts = [] if when is None else [self.day(when)]
        parts += self._name_of_medicine(fact)
        return f"{phrase} ({', '.join(parts)})" if parts else phrase

    def _name_of_medicine(self, fact: Fact) -> list[str]:
        """The name of the drug behind a class such as "potassium-lowering drug", once on a card."""
        finding = fact.findings[0] if fact.findings else None
        if finding is None or finding.kind is not Kind.MEDICATION or finding.source.reference in self._named:
            return []
        self._named.add(finding.source.reference)
        return [self._quoted(finding)]

    def findings(self, name: str) -> tuple[Finding, ...]:
        return self._facts.get(name).findings

    def entry(self, name: str) -> str:
        """Date and words of the newest entry behind a feature that is present."""
        finding = self.findings(name)[0]
        return ", ".join([self.day(finding.when), *([self._quoted(finding)] if self.quoting else [])])

    def references(self, support: Iterable[str]) -> list[str]:
        found = (f.source.reference for name in support for f in self.findings(name))
        return list(dict.fromkeys(found))

    # -- sources, lists

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
        return self.opening(text)

    def opening(self, text: str) -> str:
        """As it stands at the beginning of a line."""
        return text[:1].upper() + text[1:]

    def cut(self, summary: str) -> str:
        """A summary that fits; nothing is cut as long as the content check passes."""
        limit = int(self.wording["summary_limit"])
        return summary if len(summary) <= limit else summary[: limit - 1].rstrip(" \\") + "…"

    def footer(self, sources: str) -> str:
        common = self.wording["common"]
        until = self.assessment.data_until
        data = common["no_data_date"]
        if until is not None:
            zone = self.assessment.as_of.astimezone(self.zone).strftime("%Z")
            date = self._local(until, "minute" if self.assessment.data_until_timed else "day")
            template = common["based_on_timed"] if self._clock_shown else common["based_on"]
            data = template.format(date=date, zone=zone)
        named = common["sources"].format(sources=sources) if sources else ""
        text: str = common["footer"].format(sources=named, version=self.knowledge.version, data=data)
        return text.strip()
