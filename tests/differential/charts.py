"""Charts put together by chance, each with a red flag or a cause in mind, so that every rule fires in some.

What a chart says of a feature is drawn from the content itself: present, absent or not recorded; a value
beside a threshold, exact or "less than"; a code; one side or both; with the dates of its entries. A fixed
seed: a chart has a number, and is the same tomorrow.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from cards.facts import Answer, Fact
from cards.findings import Finding, Hit, Kind, Side, Source, Stance, When
from tests.differential.given import Content, Drawn

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
AGES = (0.0, 0.5, 1.0, 1.5, 3.0, 7.0, 20.0, 28.0, 29.0, 45.0, 400.0)
"""Of entries in days: on both sides of the limits for a recorded diagnosis."""
STATES = (Answer.PRESENT, Answer.PRESENT, Answer.ABSENT, Answer.NOT_RECORDED)


class Charts:
    """Draws charts for one content."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._asked: dict[str, list[float | str]] = {}
        """What the conditions compare a feature with; nothing when they ask whether it is there."""
        for text in _conditions(content):
            for node in ast.walk(_tree(text)):
                match node:
                    case ast.Compare(left=ast.Name(id=name), comparators=[right]):
                        wanted = ast.literal_eval(right)
                        self._asked.setdefault(name, []).extend(
                            wanted if isinstance(wanted, list) else [wanted]
                        )
                    case ast.Name(id=name) if name not in content.derived:
                        self._asked.setdefault(name, [])
        self._found: dict[tuple[str, bool], list[float | str]] = {}
        self._features = sorted(self._asked)

    def chart(self, number: int) -> Drawn:
        """The chart of this number, always the same."""
        rng = random.Random(number)
        draw = _Draw(self, self._content, rng)
        rules, causes = list(self._content.rules.values()), list(self._content.causes.values())
        rule, cause = rules[number % len(rules)], rng.choice(causes)
        if rng.random() < 0.8:
            draw.make(rule["when"], true=True)
            draw.make(rule["gate"], true=True)
            if "unless" in rule:
                draw.make(rule["unless"], true=rng.random() < 0.4)
        if rng.random() < 0.3:
            draw.make(cause["needs"], true=True)
        if rng.random() < 0.5:
            draw.make(rng.choice(cause["evidence"])["when"], true=True)
        if rng.random() < 0.1:
            name, when = rng.choice([*self._content.or_when.items(), *self._content.derived.items()])
            draw.make(name, true=True)
            draw.make(when, true=True)
        for name in rng.sample(self._features, rng.choice((0, 2, 6, 15))):
            draw.anything(name)
        if rng.random() < 0.95:  # one in twenty may have died
            draw.says.setdefault("deceased", (Answer.NOT_RECORDED, None))
        suggested = [self._content.causes[name] for name in rule["suggests"][:2]]
        problems = (
            rng.choices([*suggested[:1] * 3, *suggested, cause], k=rng.choice((0, 0, 1, 2)))
            if rng.random() < 0.6
            else []
        )
        facts = tuple(draw.fact(name, *said) for name, said in draw.says.items())
        return Drawn(
            facts, tuple(_problem(p["known_codes"], place, rng) for place, p in enumerate(problems)), NOW
        )

    def around(self, name: str) -> list[float | str]:
        """Each code, and one that nobody asks for; of numbers those at the thresholds and beside them."""
        asked = self._asked[name]
        if any(isinstance(each, str) for each in asked):
            return [*asked, "unspecified"]
        return [number for each in asked for number in (float(each) - 0.5, float(each), float(each) + 0.5)]

    def valued(self, name: str) -> bool:
        """Whether a feature is asked for its value."""
        return bool(self._asked[name])

    def values(self, asked: ast.Compare, name: str, true: bool) -> list[float | str]:
        """Those of the values around what is asked with which a comparison is true, or not."""
        key = ast.unparse(asked), true
        if key not in self._found:
            self._found[key] = [v for v in self.around(name) if eval(key[0], {name: v}) is true]
        return self._found[key]


class _Draw:
    """One chart as it grows: what is said of a feature first stays."""

    def __init__(self, charts: Charts, content: Content, rng: random.Random) -> None:
        self._charts, self._content, self._rng = charts, content, rng
        self._hints = rng.choice((0, 0, 0, 0.1, 0.5))
        self._newest = rng.choice((0, 0, 1, 3, 20))  # days since anything was written down
        self.says: dict[str, tuple[Answer, float | str | None]] = {}

    def make(self, text: str, *, true: bool) -> None:
        """Say what makes a condition true, or not, as far as nothing else is said yet."""
        self._make(_tree(text), true)

    def _make(self, part: ast.expr, true: bool) -> None:
        match part:
            case ast.BoolOp(op=op, values=parts):
                every = isinstance(op, ast.And) is true
                for each in parts if every else [self._rng.choice(parts)]:
                    self._make(each, true)
            case ast.UnaryOp(operand=operand):
                self._make(operand, not true)
            case ast.Name(id=name) if name in self._content.derived:
                self.make(self._content.derived[name], true=true)
            case ast.Name(id=name):
                no = self._rng.choice((Answer.ABSENT, Answer.NOT_RECORDED))
                self.says.setdefault(name, (Answer.PRESENT if true else no, None))
            case ast.Compare(left=ast.Name(id=name)):
                self._compare(part, name, true)

    def _compare(self, part: ast.Compare, name: str, true: bool) -> None:
        values = self._charts.values(part, name, true)
        if (not true and self._rng.random() < 0.4) or not values:
            self.says.setdefault(name, (Answer.NOT_RECORDED, None))
        else:
            self.says.setdefault(name, (Answer.PRESENT, self._rng.choice(values)))

    def anything(self, name: str) -> None:
        """Say something of a feature, whatever it is."""
        state = self._rng.choice(STATES)
        valued = self._charts.valued(name) and state is not Answer.NOT_RECORDED
        value = self._rng.choice(self._charts.around(name)) if valued else None
        self.says.setdefault(name, (Answer.PRESENT if valued else state, value))

    def fact(self, name: str, answer: Answer, value: float | str | None) -> Fact:
        rng = self._rng
        number = isinstance(value, float)
        findings = (
            ()
            if answer is Answer.NOT_RECORDED
            else tuple(_entry(name, self._newest, rng) for _ in range(rng.choice((1, 1, 2))))
        )
        return Fact(
            name,
            answer,
            findings,
            value=value,
            comparator=rng.choice(("<", "<=", ">", ">=")) if number and rng.random() < 0.15 else "",
            side=rng.choice((None, *Side)),
            hint_only=answer is Answer.PRESENT and value is None and rng.random() < self._hints,
        )


def _entry(name: str, newest: float, rng: random.Random) -> Finding:
    """An entry behind a feature, dated or not."""
    when = _moment(rng, newest) if rng.random() < 0.7 else None
    when = _moment(rng) if rng.random() < 0.7 else None
    return Finding(Source(f"Observation/{name}", "Observation"), Kind.OBSERVATION, name, (), when=when)


def _problem(concept: str, place: int, rng: random.Random) -> Finding:
    """An entry of the problem list that names a diagnosis; some do not count."""
    return Finding(
        Source(f"Condition/{place}", "Condition"),
        rng.choice((Kind.CONDITION,) * 9 + (Kind.ENCOUNTER,)),
        concept,
        (
            Hit(
                concept,
                rng.choice((Stance.AFFIRMED,) * 9 + (Stance.SUSPECTED,)),
                confirmed=rng.random() < 0.9,
            ),
        ),
        when=_moment(rng) if rng.random() < 0.9 else None,
        historical=rng.random() < 0.1,
        confirmed=rng.random() < 0.9,
        problem_list=True,
    )


def _moment(rng: random.Random, newest: float = 0) -> When:
    moment = NOW - timedelta(days=max(newest, rng.choice(AGES)))
    return When(moment, moment)


@cache
def _tree(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body


def _conditions(content: Content) -> Iterator[str]:
    """Every condition that is asked of a patient."""
    yield from content.derived.values()
    yield from content.or_when.values()
    for rule in content.rules.values():
        yield from (rule[key] for key in ("gate", "when", "unless") if key in rule)
    for cause in content.causes.values():
        yield cause["needs"]
        yield from (row["when"] for row in cause["evidence"])
    yield content.policy["no_card_if"]
    yield content.policy["lower_to_warning_if"]
