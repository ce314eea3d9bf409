"""Findings of an examination by their parts: a quality near its site, in either order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.passage import Passage, any_overlap, around
from cds_service.evidence.phrases import Entry, Match, Role


class Pair(Struct, frozen=True, gc=False):
    """A quality and the site that it is said of: "ankle jerks" ... "absent"."""

    match: Match
    """From the first word to the last."""
    quality: Match
    near_leg: bool
    """It counts only near a word of the leg."""


class QualityRules:
    """``reading.toml`` [text], ``quality`` and its words."""

    def __init__(self, lexicon: Lexicon) -> None:
        rules = lexicon.qualities
        self.concepts = {str(at): str(rule["concept"]) for at, rule in enumerate(rules)}
        self.absence = [str(at) for at, rule in enumerate(rules) if rule["absence"]]
        self.near_leg = {str(at) for at, rule in enumerate(rules) if rule["near"]}
        self.between = {
            str(at): frozenset(word for phrase in rule["between"] for word in lexicon.split(phrase))
            for at, rule in enumerate(rules)
        }
        self.words = lexicon.number("text", "quality_words")
        self.fillers = lexicon.words("text", "quality_fillers") | lexicon.words("text", "skipped_words")
        self.fillers_after_site = lexicon.words("text", "quality_fillers_after_site")
        self.leading = lexicon.words("text", "quality_leading")
        self.marks = lexicon.names("text", "quality_marks")
        self.list_marks = lexicon.names("text", "quality_list_marks")
        self.normal = lexicon.words("text", "quality_normal")
        self.denials_last = lexicon.phrases("text", "quality_denials_last")
        self.no = lexicon.words("text", "no")
        self.not_after_no = lexicon.words("text", "not_after_no")


class Qualities:
    """The pairs of one text."""

    def __init__(self, passage: Passage, rules: QualityRules) -> None:
        self._passage, self._words, self._rules = passage, passage.words, rules
        voids = passage.of(Role.QUALITY_NOT)
        self._qualities = [each for each in passage.of(Role.QUALITY) if not any_overlap(each, voids)]
        self._sites: dict[str, list[Match]] = {}
        said = self._qualities or passage.of(Role.QUALITY_DENIAL)
        for site in passage.of(Role.QUALITY_SITE) if said else ():
            if site.entry.concept in rules.near_leg and any(
                site.strictly_inside(other) for other in around(site, passage.of(Role.WEAK_OF_OTHER), 0)
            ):
                continue  # the strength of "pulse strength" is no power
            self._sites.setdefault(site.entry.concept, []).append(site)
        self._sites = {
            rule: [site for site in sites if not any(map(site.strictly_inside, around(site, sites, 0)))]
            for rule, sites in self._sites.items()
        }
        self._spans: dict[str, list[Match]] = {}
        for quality in self._qualities if self._sites else ():
            self._spans.setdefault(quality.entry.concept, []).append(quality)
        self._before = {quality.end: quality for quality in self._qualities}
        self.pairs = list(self._pairs()) if self._sites else []

    def _pairs(self) -> Iterator[Pair]:
        for quality in (*self._qualities, *self._passage.of(Role.QUALITY_DENIAL)):
            denial = quality.entry.role is Role.QUALITY_DENIAL
            rules = self._rules.absence if denial else [quality.entry.concept]
            for rule in rules:
                if (site := self._site_of(quality, rule)) is not None:
                    yield self._pair(rule, quality, site)

    def _pair(self, rule: str, quality: Match, site: Match) -> Pair:
        first, last = (quality, site) if quality.start < site.start else (site, quality)
        phrase = f"{first.entry.phrase} ... {last.entry.phrase}"
        entry = Entry(Role.CONCEPT, phrase, self._rules.concepts[rule])
        end = max(first.end, last.end)
        while last is quality and self._words[end - 1] in self._rules.leading:
            end -= 1  # "saddle numbness in the past": the word belongs to what follows
        match = Match(entry, first.start, end)
        return Pair(match, quality, rule in self._rules.near_leg)

    def _site_of(self, quality: Match, rule: str) -> Match | None:
        """The nearest site of the rule that the quality is said of."""
        fits = self._denied if quality.entry.role is Role.QUALITY_DENIAL else self._said_of
        near = [
            (self._passage.distance(quality, site), site.start, -site.end, site)
            for site in around(quality, self._sites.get(rule, ()), 2 * self._rules.words + 2)
            if not quality.overlaps(site) and fits(rule, quality, site)
        ]
        return min(near, key=lambda each: each[:3])[3] if near else None

    def _denied(self, rule: str, denial: Match, site: Match) -> bool:
        """Whether there is none: "no ankle jerks", "pedal pulses: nil"; but not "no reflex changes"."""
        if denial.start > site.start:
            last = tuple(self._words[denial.start : denial.end]) in self._rules.denials_last
            ends = denial.end >= len(self._words) or not self._passage.is_word(denial.end)
            linking = self._rules.fillers_after_site | self._rules.marks
            linked = all(word in linking for word in self._words[site.end : denial.start])
            return last and ends and linked and site.start not in self._before
        between = range(denial.end, site.start)
        fillers = self._rules.fillers | self._rules.between[rule]
        followed = self._words[site.end] if site.end < len(self._words) else ""
        return (
            followed not in self._rules.not_after_no
            and not _within(site.end, self._spans.get(rule, ()))
            and all(self._words[at] in fillers - self._rules.list_marks for at in between)
        )

    def _said_of(self, rule: str, quality: Match, site: Match) -> bool:
        if quality.start < site.start:
            return self._joined(rule, quality, site) and not self._normal_behind(rule, site)
        # "Reduced anal tone: absent", "brisk reflexes absent": the site has its quality already.
        taken = self._before.get(site.start)
        return taken is None and self._joined(rule, site, quality)

    def _normal_behind(self, rule: str, site: Match) -> bool:
        """Whether the site is called normal: "power reduced ankle jerks normal"."""
        at, fillers = site.end, self._rules.fillers_after_site | self._rules.between[rule]
        while at < len(self._words) and self._words[at] in fillers:
            at += 1
        return at < len(self._words) and self._words[at] in self._rules.normal

    def _joined(self, rule: str, first: Match, last: Match) -> bool:
        """Whether nothing stands between that speaks of another matter."""
        rules, words = self._rules, 0
        site_first = first.entry.role is Role.QUALITY_SITE
        allowed = rules.fillers | rules.between[rule]
        marks = rules.marks if site_first else rules.list_marks
        if site_first:
            allowed = allowed | rules.fillers_after_site
        for at in range(first.end, last.start):
            word, is_word = self._words[at], self._passage.is_word(at)
            listed = word in marks and (not is_word or at == first.end)
            if not site_first and listed and not self._list_goes_on(rule, at, first, last):
                return False
            words += is_word
            if is_word:
                said = word in allowed or word.isdigit() or self._is_same(rule, at)
            else:
                said = word in marks or word in rules.between[rule]
            if words > rules.words or not said:
                return False
        return True

    def _list_goes_on(self, rule: str, at: int, first: Match, last: Match) -> bool:
        """Whether qualities stand on both sides of a mark: "cold, mottled foot"."""
        before = at - 1 < first.end or self._describes(rule, at - 1)
        return before and at + 1 < last.start and self._describes(rule, at + 1)

    def _describes(self, rule: str, at: int) -> bool:
        return self._words[at] in self._rules.between[rule] or _within(at, self._spans.get(rule, ()))

    def _is_same(self, rule: str, at: int) -> bool:
        """Whether the token is a quality or a site of the rule, a leg, or a side."""
        passage = self._passage
        return _within(at, self._spans.get(rule, ())) or any(
            _within(at, others)
            for others in (
                self._sites.get(rule, ()),
                *map(passage.of, (Role.LEG, Role.LEFT, Role.RIGHT, Role.BOTH)),
            )
        )


def _within(at: int, matches: Sequence[Match]) -> bool:
    if not matches:
        return False
    here = Match(matches[0].entry, at, at + 1)
    return any_overlap(here, matches)
