"""Other answers tried on one patient: what would be true with them, and which red flags would fire."""

from __future__ import annotations

from collections.abc import Mapping

from cards.can_fire import Answer as Imagined
from cards.facts import Answer, Fact, Facts
from cards.followers import follow_from_others
from cards.formula import onset_features
from cards.knowledge import Knowledge


def by_themselves(facts: Facts, knowledge: Knowledge) -> Facts:
    """The answers of a patient without what only follows from others."""
    return Facts(knowledge, (_by_itself(fact) for fact in facts))


def with_answers(alone: Facts, answers: Mapping[str, Imagined], knowledge: Knowledge) -> Facts:
    """The answers of a patient with some of them changed, and with all that follows worked out anew.

    `alone`: the answers `by_themselves`. None: not recorded. A beginning that has an age is no longer an
    unknown one.
    """
    changed = alone.copy()
    for name, answer in answers.items():
        changed.add(_fact(name, answer))
    age, unknown, _ = onset_features(knowledge)
    if answers.get(age) is not None:
        changed.add(Fact(unknown, Answer.NOT_RECORDED))
    follow_from_others(changed, knowledge)
    return changed


def _by_itself(fact: Fact) -> Fact:
    return Fact(fact.feature, Answer.NOT_RECORDED) if fact.because and not fact.findings else fact


def _fact(name: str, answer: Imagined) -> Fact:
    if answer is None:
        return Fact(name, Answer.NOT_RECORDED)
    return Fact(name, Answer.PRESENT, value=None if isinstance(answer, bool) else answer)
