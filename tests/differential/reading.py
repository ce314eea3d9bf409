"""The content read a second time, slowly and plainly: from docs/content.md, sharing no code with `cards`."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from math import nan
from operator import eq, ge, gt, le, lt
from typing import Any

from cards.facts import Fact
from cards.findings import Finding
from tests.differential.given import Content, Drawn


def surely(compares: Callable[[Any, Any], bool]) -> Any:
    return lambda values, other: bool(values) and all(compares(each, other) for each in values)


class Said(tuple[Any, ...]):
    """The values that a feature may have: none when absent or not recorded, so that nothing is true of it."""

    __lt__, __le__, __gt__, __ge__, __eq__ = map(surely, (lt, le, gt, ge, eq))


PRESENT, NOTHING = Said([nan]), Said()


def said(fact: Fact) -> Said:
    if fact.answer != "present":
        return NOTHING
    away = {"<": -1, ">": 1}.get(fact.comparator[:1], 0)  # "< 2.5" may be anything below
    if fact.value is None or isinstance(fact.value, str) or not away:
        return PRESENT if fact.value is None else Said([fact.value])
    return Said([fact.value + away * 1e9, fact.value + away * ("=" not in fact.comparator) * 1e-9])


@lru_cache(maxsize=4096)
def code(text: str) -> Any:
    """A condition of the content is, word for word, an expression of Python."""
    return compile(f"(\n{text}\n)", "<condition>", "eval")


@lru_cache(maxsize=4096)
def parts(text: str) -> list[tuple[str, str]]:
    """The parts of a condition, each with the feature that it asks for; of a `not` there is nothing."""
    match ast.parse(f"({text})", mode="eval").body:
        case ast.BoolOp(values=several):
            return [(ast.unparse(each), "") for each in several]
        case ast.Name(id=name) | ast.Compare(left=ast.Name(id=name)):
            return [(text, name)]
    return []


class Patient(dict[str, Said]):
    """Answers by feature, and from them all that there is to say."""

    def __init__(self, content: Content, drawn: Drawn) -> None:
        super().__init__({fact.feature: said(fact) for fact in drawn.facts})
        self.content, self.drawn, self.follows = content, drawn, dict[str, str]()
        for name, when in content.or_when.items():
            if not self[name] and self.meets(when):
                self[name], self.follows[name] = PRESENT, when

    def __missing__(self, name: str) -> Said:
        when = self.content.derived.get(name)
        return self.setdefault(name, PRESENT if when and self.meets(when) else NOTHING)

    def meets(self, when: str) -> bool:
        return bool(eval(code(when), {}, self))

    def behind(self, when: str) -> set[str]:
        """The recorded features that make a condition true; what is not so rests on nothing."""
        why, true = self.content.derived | self.follows, parts(when) if self.meets(when) else []
        found = ({name} if name and name not in why else self.behind(why.get(name, t)) for t, name in true)
        return set().union(*found)

    def fired(self) -> dict[str, bool]:
        """Rules, and whether critical; what stands back (`unless`) is a warning, where nothing takes over."""
        fire = [r for r in self.content.rules.values() if self[r["gate"]] and self.meets(r["when"])]
        stay = [rule for rule in fire if not self.meets(rule.get("unless", "False"))]
        return {rule["id"]: bool(stay) and rule["indicator"] == "critical" for rule in stay or fire}

    def verdict(self) -> tuple[Any, ...]:
        """Flags (critical, diagnosis that lowered it), whether causes are due, these, and the baseline."""
        policy, fired, sure = self.content.policy, self.fired(), self
        if self[policy["no_card_if"]]:
            return (), False, (), ()
        if any(fact.hint_only and fact.answer == "present" for fact in self.drawn.facts):
            # Codes that nobody confirmed never make a critical flag alone, nor do they take one away.
            certain = tuple(fact for fact in self.drawn.facts if not fact.hint_only)
            sure = Patient(self.content, self.drawn._replace(facts=certain))
            fired = dict.fromkeys(fired, False) | {name: True for name, yes in sure.fired().items() if yes}
        hidden = {b for a, b in policy["dominates"] if {a, b} <= fired.keys() and fired[a] >= fired[b]}
        left = [name for name in self.content.rules if name in fired and name not in hidden]
        left = [name for name in left if name not in policy["generic_rules"]] or left[:1]
        since = {name: next(sure.known_since(name), "") if fired[name] else "" for name in left}
        warn = {n for n in left if since[n] or self[policy["lower_to_warning_if"]] or not fired[n]}
        left.sort(key=warn.__contains__)
        due = bool(self[policy["evidence"]] or left) and not self[policy["stable"]]
        causes = self.causes(left) if left or due else ((), ())
        return tuple((name, name not in warn, since[name]) for name in left), due, *causes

    def diagnoses(self, cause: str) -> Iterator[tuple[Finding, bool]]:
        """Current, confirmed conditions that name a cause, and whether by a code that is confirmed too."""
        named = self.content.causes[cause]["known_codes"], "affirmed"
        current = (f for f in self.drawn.findings if f.confirmed and not f.historical)
        hits = ((f, hit) for f in current if f.kind == "condition" for hit in f.hits)
        return ((f, hit.confirmed) for f, hit in hits if (hit.concept, hit.stance) == named)

    def age(self, finding: Finding) -> float:
        return (self.drawn.now - finding.when.latest) / timedelta(days=1) if finding.when else nan

    def known_since(self, name: str) -> Iterator[str]:
        """A diagnosis of the first suggested cause lowers a flag when nothing that fires it is newer."""
        rule, policy = self.content.rules[name], self.content.policy["known_recorded"]
        for known, certain in self.diagnoses(rule["suggests"][0]) if name not in policy["never_for"] else ():
            if certain and policy["after_days"] <= self.age(known) <= policy["before_days"]:
                behind = self.behind(rule["when"]) | self.behind(rule["gate"])
                entries = (f for fact in self.drawn.facts if fact.feature in behind for f in fact.findings)
                if not any(self.age(entry) < self.age(known) for entry in entries):
                    yield known.source.reference

    def causes(self, shown: list[str]) -> tuple[Any, ...]:
        """The causes that are listed, with their points; the baseline where too few qualify."""
        content, scoring, base = self.content, self.content.policy["scoring"], self.content.policy["baseline"]
        place, able, kept, against = dict[str, tuple[int, int, str]](), set(), set(), set()
        for name, cause in content.causes.items():
            true = [row for row in cause["evidence"] if self.meets(row["when"])]
            points, prior = sum(scoring["strength_points"][row["strength"]] for row in true), cause["prior"]
            within = cause.get("known_within_days")
            if any(within is None or self.age(known) <= within for known, _ in self.diagnoses(name)):
                told = [n for row in true if "_for" in row["strength"] for n in code(row["when"]).co_names]
                counted = any(fnmatchcase(n, each) for n in told for each in scoring["diagnosis_features"])
                points += 0 if counted else scoring["on_problem_list_points"]
                prior = scoring["on_problem_list_prior"]
                kept.add(name)
            place[name] = (-points - scoring["prior_points"][prior], -scoring["prior_points"][prior], name)
            able |= {name} if name in kept or self.meets(cause["needs"]) else set()
            against |= {name for row in true if row["strength"] == "strong_against"}
        critical = [r["suggests"] for n in shown if (r := content.rules[n])["indicator"] == "critical"]
        first = [min(able & set(names), key=place.__getitem__, default=names[0]) for names in critical]
        ranked = sorted(able, key=place.__getitem__)
        qualify = [name for name in ranked if -place[name][0] >= scoring["list_from"] or name in kept]
        order = list(enumerate(dict.fromkeys(first + qualify)))
        listed = [n for at, n in order if at < scoring["max_listed"] or n in kept or n in first]
        few = base["causes"] if not shown and len(qualify) < base["fewer_than"] else ()
        usual = tuple(name for name in few if name not in listed and name not in against)
        return tuple((name, -place[name][0]) for name in listed), usual
