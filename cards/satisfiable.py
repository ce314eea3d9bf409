"""Whether clauses of yes-or-no variables can all be true, and how: conflict-driven search.

A literal is the number of a variable, negative for "not". A clause holds when one of its literals does.
The search is complete: None means that there is no way. Variables that nothing forces stay false, so
that an answer names as little as it can.
"""

from __future__ import annotations

from collections.abc import Iterable

Clause = list[int]

_SLOWER = 0.95
"""How fast the weight of old conflicts fades when the next variable is chosen."""
_TOO_HEAVY = 1e100


def solution(clauses: Iterable[Iterable[int]], variables: int) -> frozenset[int] | None:
    """The variables that are true in one solution; None when there is none."""
    search = _Search(variables)
    return search.run() if all(search.add(list(dict.fromkeys(clause))) for clause in clauses) else None


class _Search:
    def __init__(self, variables: int) -> None:
        self._value: list[int] = [0] * (variables + 1)
        """1 true, -1 false, 0 open."""
        self._level = [0] * (variables + 1)
        self._reason: list[Clause | None] = [None] * (variables + 1)
        self._weight = [0.0] * (variables + 1)
        self._watching: dict[int, list[Clause]] = {}
        """By literal: the clauses that must look for another one when it becomes false."""
        self._trail: list[int] = []
        self._marks: list[int] = []
        """Where on the trail each level of choices begins."""
        self._next = 0
        self._step = 1.0

    def add(self, clause: Clause) -> bool:
        """Before the search begins; False when it contradicts the clauses so far."""
        if any(-literal in clause for literal in clause):
            return True
        if len(clause) < 2:
            return bool(clause) and self._set(clause[0], None)
        for literal in clause:
            self._weight[abs(literal)] += 1 / len(clause) ** 2
        self._watch(clause)
        return True

    def run(self) -> frozenset[int] | None:
        while True:
            conflict = self._propagate()
            if conflict is not None:
                if not self._marks:
                    return None
                self._learn(conflict)
                continue
            variable = self._choose()
            if variable is None:
                return frozenset(v for v in range(1, len(self._value)) if self._value[v] > 0)
            self._marks.append(len(self._trail))
            self._set(-variable, None)

    def _holds(self, literal: int) -> int:
        return self._value[literal] if literal > 0 else -self._value[-literal]

    def _set(self, literal: int, reason: Clause | None) -> bool:
        if held := self._holds(literal):
            return held > 0
        variable = abs(literal)
        self._value[variable] = 1 if literal > 0 else -1
        self._level[variable] = len(self._marks)
        self._reason[variable] = reason
        self._trail.append(literal)
        return True

    def _watch(self, clause: Clause) -> None:
        for literal in clause[:2]:
            self._watching.setdefault(literal, []).append(clause)

    def _propagate(self) -> Clause | None:
        """Set what the clauses force; the clause that cannot hold, if there is one."""
        value = self._value
        while self._next < len(self._trail):
            false = -self._trail[self._next]
            self._next += 1
            watched = self._watching.get(false)
            if not watched:
                continue
            kept: list[Clause] = []
            for place, clause in enumerate(watched):
                if clause[0] == false:
                    clause[0], clause[1] = clause[1], false
                first = clause[0]
                held = value[first] if first > 0 else -value[-first]
                if held > 0:
                    kept.append(clause)
                    continue
                for other in range(2, len(clause)):
                    literal = clause[other]
                    if (value[literal] if literal > 0 else -value[-literal]) >= 0:
                        clause[1], clause[other] = literal, false
                        self._watching.setdefault(literal, []).append(clause)
                        break
                else:
                    kept.append(clause)
                    if held < 0:
                        self._watching[false] = kept + watched[place + 1 :]
                        return clause
                    self._set(first, clause)
            self._watching[false] = kept
        return None

    def _learn(self, conflict: Clause) -> None:
        """Find the choice that led here, note that it cannot be, and go back to where that was known."""
        learnt: Clause = []
        seen: set[int] = set()
        reason: Iterable[int] = conflict
        place, here, open_ = len(self._trail), len(self._marks), 0
        while True:
            for literal in reason:
                variable = abs(literal)
                if variable in seen or not self._level[variable]:
                    continue
                seen.add(variable)
                self._weight[variable] += self._step
                if self._level[variable] == here:
                    open_ += 1
                else:
                    learnt.append(literal)
            place -= 1
            while abs(self._trail[place]) not in seen:
                place -= 1
            literal, open_ = self._trail[place], open_ - 1
            if not open_:
                break
            reason = [one for one in self._reason[abs(literal)] or () if one != literal]
        learnt.sort(key=lambda one: -self._level[abs(one)])
        self._back_to(self._level[abs(learnt[0])] if learnt else 0)
        clause = [-literal, *learnt]
        if learnt:
            self._watch(clause)
        self._set(-literal, clause if learnt else None)
        self._step /= _SLOWER
        if self._step > _TOO_HEAVY:
            self._weight = [weight / _TOO_HEAVY for weight in self._weight]
            self._step /= _TOO_HEAVY

    def _back_to(self, level: int) -> None:
        start = self._marks[level]
        for literal in self._trail[start:]:
            self._value[abs(literal)] = 0
            self._reason[abs(literal)] = None
        del self._trail[start:], self._marks[level:]
        self._next = start

    def _choose(self) -> int | None:
        value, weight = self._value, self._weight
        best, heaviest = None, -1.0
        for variable in range(1, len(value)):
            if not value[variable] and weight[variable] > heaviest:
                best, heaviest = variable, weight[variable]
        return best
