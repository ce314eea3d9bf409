"""Ids, units and times of the content as a clinician reads them, safe in Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cards.knowledge import Feature, Knowledge
from cds_service.told_words import number, with_plain_unit

_ID = re.compile(r"\b(?:rf|cs|words)_[a-z0-9_]+|\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
_MARKUP = re.compile(r"([\\`*_\[\]<|])")
_COMPARISONS = {"<": "below {}", "<=": "{} or less", ">": "above {}", ">=": "{} or more", "==": "{}"}
_HOURS = 48
_YEAR = 365


def text(name: str) -> str:
    """A text of texts/, with the places to fill in braces."""
    return (Path(__file__).parent / "texts" / name).read_text(encoding="utf-8")


def escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def anchor(heading: str) -> str:
    """The name that GitHub and most renderers give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def capital(text: str) -> str:
    """With a capital, also where a link or a bracket opens the text."""
    first = len(text) - len(text.lstrip("[("))
    return text[:first] + text[first : first + 1].upper() + text[first + 1 :]


def count(amount: int, one: str, many: str = "") -> str:
    return f"{amount} {one if amount == 1 else many or one + 's'}"


def days(period: float) -> str:
    """A window of the content: hours up to two days, years from two years on, else days."""
    if period * 24 <= _HOURS:
        return count(round(period * 24), "hour")
    if period >= 2 * _YEAR and period % _YEAR == 0:
        return count(round(period / _YEAR), "year")
    return count(round(period), "day")


def listing(items: list[str], last: str = "and") -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table; empty without rows."""
    if not rows:
        return []
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


@dataclass(frozen=True)
class Wording:
    """Names of the content in words; links lead from one page of docs/clinical/ to another."""

    knowledge: Knowledge

    def feature(self, name: str) -> str:
        """As a card says it, without side and value."""
        derived = self.knowledge.derived.get(name)
        if derived:
            return derived.phrase
        feature = self.knowledge.features[name]
        text = re.sub(r"\{\w+\}", "", feature.phrase)
        return re.sub(r"\s+", " ", text).strip(" :")

    def linked(self, name: str) -> str:
        """A pattern made of other findings leads to its definition; a finding is plain text."""
        if name not in self.knowledge.derived:
            return escaped(self.feature(name))
        return self.pattern(name)

    def pattern(self, name: str, page: str = "features.md") -> str:
        said = self.feature(name)
        return f"[{escaped(said)}]({page}#{anchor(said)})"

    def compared(self, name: str, operator: str, wanted: float) -> str:
        """A quantity with its limit: "potassium below 2.5 mmol/L"."""
        feature = self.knowledge.features[name]
        if name == "onset_age_days":
            return _onset(operator, wanted)
        limit = limited(operator, wanted, feature)
        text = feature.phrase.replace("{side} ", "")
        said = text.replace("{value}", limit) if "{value}" in text else f"{text} {limit}"
        return escaped(said)

    def is_one_of(self, name: str, values: tuple[str, ...]) -> str:
        words = [str(self.knowledge.wording["values"].get(value, value)) for value in values]
        label = self.knowledge.features[name].label
        said = label if label[:2].isupper() else label[:1].lower() + label[1:]
        return escaped(f"{said}: {listing(words, 'or')}")

    def source(self, name: str) -> str:
        """As a card names it, with its number on the page of sources."""
        if name in self.knowledge.wording["expert_sources"]:
            return "expert judgement"
        return f"{escaped(self.knowledge.sources[name].short)} ({name})"

    def sources(self, names: tuple[str, ...]) -> str:
        return "; ".join(self.source(name) for name in names)

    def rule(self, identity: str, page: str = "red-flags.md") -> str:
        """A link to a red flag, by its short name: what stands behind the colon of its title."""
        title = next(rule.title for rule in self.knowledge.rules if rule.id == identity)
        return f"[{escaped(short_title(title))}]({page}#{anchor(title)})"

    def cause(self, identity: str, page: str = "causes.md") -> str:
        label = self.knowledge.causes[identity].label
        return f"[{escaped(label)}]({page}#{anchor(label)})"

    def prose(self, text: str) -> str:
        """A sentence of the content with the ids in it put into words."""
        parts, done = [], 0
        for found in _ID.finditer(text):
            parts += [_signs(escaped(text[done : found.start()])), self._named(found[0])]
            done = found.end()
        return "".join([*parts, _signs(escaped(text[done:]))])

    def _named(self, name: str) -> str:
        known = self.knowledge
        if any(rule.id == name for rule in known.rules):
            return self.rule(name)
        if name in known.derived or name in known.features:
            return self.linked(name)
        if name in known.concepts:
            return f"“{escaped(known.concepts[name].label.partition(' (')[0])}”"
        return escaped(name)


def _signs(text: str) -> str:
    return text.replace(">=", "≥").replace("\\<=", "≤")


def short_title(title: str) -> str:
    return capital(title.rpartition(": ")[2])


def limited(operator: str, wanted: float, feature: Feature) -> str:
    """A limit of a quantity: "below 2.5 mmol/L"."""
    return _COMPARISONS[operator].format(quantity(wanted, feature))


def quantity(value: float, feature: Feature) -> str:
    """A number with the unit that people write; scores and counts have none."""
    if feature.unit == "a":
        return f"{value:g} years"
    unit = "" if feature.unit.startswith("{") else f" {feature.unit}"
    return with_plain_unit(f"{_exact(value)}{unit.replace('u', 'µ', 1) if 'u' in unit[:3] else unit}")


def _exact(value: float) -> str:
    return number(value) if value >= 1000 else f"{value:g}"


def _onset(operator: str, wanted: float) -> str:
    if operator in {"<", "<="}:
        return f"onset within {days(wanted)}"
    return f"onset more than {days(wanted)} ago"
