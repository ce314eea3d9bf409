"""What the reports of a study conclude: the first value, in the order of the content, that still counts."""

from __future__ import annotations

from cards.facts import Answer, Fact
from cards.findings import Stance
from cards.knowledge import Feature
from cards.statements import Statement, Statements, newest_first


def report_value(feature: Feature, statements: Statements) -> Fact | None:
    """The value of a report feature; None when no report inside its window names one.

    A later normal report of the same study cancels an earlier one.
    """
    found: dict[str, Statement] = {}
    normal: set[str] = set()
    for statement in newest_first(statements.about(feature.concepts, feature.shape)):
        values = _values(statement, feature, statements)
        if values and statement.finding.code not in normal:
            for value in values:
                found.setdefault(value, statement)
        if values == [feature.values[-1]]:
            normal.add(statement.finding.code)
    if not found:
        return None
    value = min(found, key=feature.values.index)
    finding = found[value].finding
    shown = str(statements.knowledge.wording["values"].get(value, value))
    return Fact(feature.id, Answer.PRESENT, (finding,), value=value, shown=shown, when=finding.when)


def _values(statement: Statement, feature: Feature, statements: Statements) -> list[str]:
    """The values that one report names, each inside its own window."""
    finding = statement.finding
    said = {hit.concept for hit in finding.hits if hit.stance in (Stance.AFFIRMED, Stance.SUSPECTED)}
    windows = {value: feature.window_by_value.get(value, feature.window_days) for value in feature.values}
    return [
        value
        for value in feature.values
        if f"value_{feature.id}_{value}" in said
        and statements.in_window(finding, windows[value]) is not False
    ]
