"""The part of the test bench where a chart is changed: what can be added, what is there, what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from typing import Any

from cards.findings import Finding
from cards.knowledge import Knowledge
from cds_service.bench import anchors, moments
from cds_service.bench.change import Change, ChangeRefused, Does, parse
from cds_service.bench.changes import can_be_negated
from cds_service.bench.choices import Choice, choices, groups, labelled
from cds_service.bench.dates_moved import can_be_dated
from cds_service.evidence import EvidenceReader
from cds_service.explained import Explained
from cds_service.told_words import with_plain_unit

ADDING = ("feature", "value", "side", "when", "answer")
"""The fields of the form that adds; `redate` names a resource, and the new date stands in `to:<resource>`."""
NEW_DATE = "to:"
_DENIED = "denied"
MOST_OWN = 200
"""Resources that can be changed by a button: what becomes of each has to be tried."""


@dataclass(frozen=True, slots=True)
class Own:
    """A resource of the chart that says something, with all that it says."""

    reference: str
    anchor: str
    """Of the place on the page that shows the resource."""
    label: str
    """As recorded; untrusted."""
    when: str
    added: bool
    """It was made by a change."""
    can_negate: bool
    can_date: bool

    @property
    def remove(self) -> str:
        return str(Change(Does.REMOVE, self.reference))

    @property
    def negate(self) -> str:
        return str(Change(Does.NEGATE, self.reference))

    @property
    def new_date(self) -> str:
        """The name of the field for its new date."""
        return f"{NEW_DATE}{self.reference}"


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that was made."""

    text: str
    words: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All that the part shows."""

    labels: tuple[tuple[str, str], ...]
    """What can be picked, with the title of its group."""
    values: tuple[tuple[str, str], ...]
    """Coded answers in words, with the label of the feature that they are of."""
    groups: Mapping[str, tuple[Choice, ...]]
    own: tuple[Own, ...]
    more_own: int
    """How many further resources say something, too."""
    applied: tuple[Applied, ...]
    times: str
    """Which times are understood, in words."""
    unheard: tuple[str, ...]
    """What was added, and does not count all the same, with the reason where one is recorded."""
    problem: str
    """Why a change was not made; empty when all were."""
    typed: Mapping[str, str]
    """What stood in the fields when it could not be understood."""


def what_if(
    told: Explained,
    resources: Sequence[Mapping[str, Any]],
    changes: Iterable[str],
    reader: EvidenceReader,
    zone: tzinfo,
    *,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> WhatIf:
    """`told` and `resources` are those of the chart with the changes made, `changes` their texts."""
    knowledge, changes = told.knowledge, tuple(changes)
    names = {feature: label for label, feature in labelled(knowledge)}
    titles = knowledge.wording["feature_groups"]
    telling = _telling(told, resources)
    return WhatIf(
        labels=tuple((names[each.feature], str(titles[each.group])) for each in choices(knowledge)),
        values=tuple((words, each.label) for each in choices(knowledge) for _, words in each.values),
        groups=groups(knowledge),
        own=tuple(_own(told, telling[:MOST_OWN], reader, zone)),
        more_own=len(telling[MOST_OWN:]),
        applied=tuple(Applied(text, in_words(text, knowledge)) for text in changes),
        times=moments.UNDERSTOOD,
        unheard=tuple(_unheard(told, changes, zone)),
        problem=problem,
        typed={name: (typed or {}).get(name, "") for name in ADDING},
    )


def _telling(
    told: Explained, resources: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], list[Finding]]]:
    """The resources with an id that name anything of the content, with their findings, newest first."""
    by_reference = {f"{each.get('resourceType')}/{each.get('id')}": each for each in resources}
    findings: dict[str, list[Finding]] = {}
    for finding in sorted(told.done.chart.findings, key=_age):
        findings.setdefault(finding.source.reference, []).append(finding)
    # Without an id nothing can point to it.
    return [(by_reference[name], said) for name, said in findings.items() if name in by_reference]


def _own(
    told: Explained,
    telling: Iterable[tuple[Mapping[str, Any], list[Finding]]],
    reader: EvidenceReader,
    zone: tzinfo,
) -> Iterable[Own]:
    words = told.words(zone)
    for resource, said in telling:
        reference = said[0].source.reference
        yield Own(
            reference,
            anchors.anchor(reference),
            "; ".join(dict.fromkeys(map(_label, said))),
            words.date(said[0].when),
            reference.partition("/")[2].startswith("what-if-"),
            can_be_negated(resource, told.call.context.patientId, told.as_of, reader, zone),
            can_be_dated(resource),
        )


def _age(finding: Finding) -> tuple[float, str]:
    newest = -finding.when.middle.timestamp() if finding.when else float("inf")
    return newest, finding.source.reference


def _label(finding: Finding) -> str:
    value = with_plain_unit(finding.quantity.shown) if finding.quantity else ""
    return f"{finding.label} {value}".strip()


def _unheard(told: Explained, changes: Iterable[str], zone: tzinfo) -> Iterable[str]:
    words = told.words(zone)
    understood = [change for text in changes if (change := _understood(text))]
    for name in dict.fromkeys(change.what for change in understood if change.does is Does.ADD):
        if name not in told.knowledge.features or told.facts.holds(name):
            continue
        denied = next(iter(told.facts.get(name).findings), None)
        why = "by its date, or by what stands beside it"
        if denied is not None:
            day = words.date(denied.when)
            why = f"{denied.source.reference} ({day}) says otherwise. Remove that, or take a later date"
        yield f"{words.feature(name)} was added and does not count: {why}."


def _understood(text: str) -> Change | None:
    try:
        return parse(text)
    except ChangeRefused:
        return None


def in_words(text: str, knowledge: Knowledge) -> str:
    """A change as a person says it: ``Added: urinary retention (new), today``. Of no change its text."""
    change = _understood(text)
    if change is None:
        return text
    if change.does in {Does.ADD, Does.DENY}:
        return f"{'Added' if change.does is Does.ADD else 'Denied'}: {_said(change, knowledge)}"
    if change.does is Does.DATE and change.when:
        return f"New date: {change.what}, {change.when.words}"
    return f"{'Removed' if change.does is Does.REMOVE else 'Said to be not so'}: {change.what}"


def _said(change: Change, knowledge: Knowledge) -> str:
    feature = knowledge.features.get(change.what)
    label = feature.label.removesuffix(f" ({feature.unit})") if feature else change.what
    unit = change.unit or (feature.unit if feature and not feature.unit.startswith("{") else "")
    said = [label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"]
    said += [str(knowledge.wording["sides"][change.side.value])] if change.side else []
    said += [with_plain_unit(f"{change.value:g} {unit}".strip())] if change.value is not None else []
    said += [str(knowledge.wording["values"].get(change.code, change.code))] if change.code else []
    said += [change.when.words] if change.when else []
    return ", ".join(said)


def typed_change(fields: Mapping[str, str], knowledge: Knowledge) -> str:
    """The change that the fields of the form say, as its text; empty when they say none.

    Raises `ChangeRefused` with what is to be typed instead.
    """
    if reference := fields.get("redate", "").strip():
        date = fields.get(f"{NEW_DATE}{reference}", "").strip()
        if not date:
            raise ChangeRefused(f"Say the new date of {reference}: {moments.UNDERSTOOD}.")
        return _canonical(f"{Change(Does.DATE, reference)}:{date}")
    picked = fields.get("feature", "").strip()
    if not picked:
        return ""
    choice = _picked(picked, knowledge)
    does = Does.DENY if fields.get("answer") == _DENIED else Does.ADD
    value = fields.get("value", "").strip()
    value = {words.lower(): code for code, words in choice.values}.get(value.lower(), value)
    said = [fields.get("side", "").strip(), value, fields.get("when", "").strip()]
    return _canonical(":".join([does.value, choice.feature, *filter(None, said)]))


def _canonical(text: str) -> str:
    return str(parse(text))


def _picked(text: str, knowledge: Knowledge) -> Choice:
    """By its label or id, or by words that only one label has: "reflexes absent"."""
    by_label = {label.lower(): feature for label, feature in labelled(knowledge)}
    ids = {each.feature: each for each in choices(knowledge)}
    feature = by_label.get(text.lower()) or (text if text in ids else _only_one_with(text, by_label))
    if feature is None:
        near = get_close_matches(text.lower(), by_label, 3, 0.4)
        hint = f" Is one of these meant: {'; '.join(near)}?" if near else " Pick one from the list."
        raise ChangeRefused(f"{text!r} is no finding of the list.{hint}")
    return ids[feature]


def _only_one_with(text: str, by_label: Mapping[str, str]) -> str | None:
    words = text.lower().split()
    found = {feature for label, feature in by_label.items() if all(word in label for word in words)}
    return found.pop() if len(found) == 1 else None
