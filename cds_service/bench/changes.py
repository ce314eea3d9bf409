"""Changes made to a chart: the resources that an EHR would hold then; the chart itself stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from cards.facts import Fact, Facts
from cards.features import read_features
from cards.findings import Chart, Finding
from cards.knowledge import Feature, Knowledge
from cds_service.bench import negated as negations
from cds_service.bench.change import Change, ChangeRefused, Does, parse
from cds_service.bench.choices import checked
from cds_service.bench.dates_moved import moved_by, redated
from cds_service.bench.making import Bed, Resource, Wish, make, makes_a_resource, option_names
from cds_service.bench.moments import Moment
from cds_service.bench.naming import ways
from cds_service.bench.negated import negated
from cds_service.evidence import Entry, EvidenceReader
from cds_service.fixtures import birth_date

__all__ = ["Change", "ChangeRefused", "apply", "parse"]

_CARRY_NOTES = ("Condition", "Observation")
_UNFIT_ID = re.compile(r"[^A-Za-z0-9.-]")


def apply(
    resources: Sequence[Resource],
    changes: Iterable[Change],
    now: datetime,
    reader: EvidenceReader,
    zone: tzinfo = UTC,
) -> list[Resource]:
    """The chart with the changes made, one after the other; the resources handed in are not touched.

    `resources`: of one patient, with the Patient among them. `now`: what "today" and "2h" count from.
    `reader`: that of the service, so that a chart is changed by what the service hears in it.
    `zone`: in which dates without a time zone are read. Raises `ChangeRefused`.
    """
    chart = _Chart([deepcopy(each) for each in resources], now, reader, zone)
    for number, change in enumerate(changes, start=1):
        chart.make(change, number)
    return chart.resources


def can_be_negated(
    resource: Mapping[str, Any], patient: str, now: datetime, reader: EvidenceReader, zone: tzinfo = UTC
) -> bool:
    """Whether a resource of the patient has a negative form."""
    person = {"resourceType": "Patient", "id": patient}
    chart = _Chart([person], now, reader, zone)
    return negations.can_be_negated(dict(resource), chart.findings_of, kinds(reader.knowledge))


@lru_cache(maxsize=4)
def kinds(knowledge: Knowledge) -> frozenset[str]:
    """The concepts that name what was measured or reported, and say nothing by being named."""
    named = ("observation_quantity", "observation_posneg", "report")
    found = {
        each for feature in knowledge.features.values() if feature.shape in named for each in feature.concepts
    }
    low = {
        each
        for feature in knowledge.features.values()
        for each in option_names(feature.options.get("from_low", ()))
    }
    said = {
        each
        for feature in knowledge.features.values()
        if feature.shape == "finding"
        for each in feature.concepts
    }
    return frozenset((found - said) | low)


@dataclass(slots=True)
class _Chart:
    resources: list[Resource]
    now: datetime
    reader: EvidenceReader
    zone: tzinfo

    @property
    def knowledge(self) -> Knowledge:
        return self.reader.knowledge

    def make(self, change: Change, number: int) -> None:
        match change.does:
            case Does.ADD | Does.DENY:
                wish = checked(change, self.knowledge)
                self._record(wish, number)
            case Does.REMOVE:
                self._remove(change.what)
            case Does.NEGATE:
                self._replace(
                    change.what, lambda each: negated(each, self.findings_of, kinds(self.knowledge))
                )
            case Does.DATE:
                when = change.when
                assert when is not None  # noqa: S101  (parse gives every DATE a moment)
                self._replace(change.what, lambda each: redated(each, when, self.now))

    # -- what is there

    def _read(self, resources: Iterable[Resource]) -> Chart:
        entries = [
            Entry(json.dumps(each).encode(), f"chart, entry {number}")
            for number, each in enumerate(resources, 1)
        ]
        return self.reader.read(entries, patient_id=self._patient["id"], as_of=self.now, time_zone=self.zone)

    def findings_of(self, resource: Resource) -> tuple[Finding, ...]:
        return self._read([self._patient, resource]).findings

    def _facts(self) -> Facts:
        return read_features(self._read(self.resources), self.knowledge, self.now).facts

    @property
    def _patient(self) -> Resource:
        for each in self.resources:
            if each.get("resourceType") == "Patient" and isinstance(each.get("id"), str):
                return each
        raise ChangeRefused("The chart has no Patient with an id, so nothing can be recorded in it.")

    def _place(self, reference: str) -> int:
        for number, each in enumerate(self.resources):
            if f"{each.get('resourceType')}/{each.get('id')}" == reference:
                return number
        raise ChangeRefused(f"{reference} is not in the chart (any more). Take this change away.")

    def _replace(self, reference: str, new: Any) -> None:
        place = self._place(reference)
        if reference.startswith("Patient/"):
            raise ChangeRefused(
                "The Patient stays: change the age instead, or add that the patient has died."
            )
        self.resources[place] = new(self.resources[place])

    # -- each change

    def _remove(self, reference: str) -> None:
        if reference.startswith("Patient/"):
            raise ChangeRefused("The Patient stays: a chart without one is nobody's.")
        self._place(reference)
        kept = [
            each for each in self.resources if f"{each.get('resourceType')}/{each.get('id')}" != reference
        ]
        self.resources[:] = [_without_reference(each, reference) for each in kept]

    def _record(self, wish: Wish, number: int) -> None:
        feature = wish.feature
        if feature.shape == "patient":
            self._change_the_patient(wish)
        elif feature.derive == "onset_age":
            self._date_the_weakness(wish.when or Moment("today"))
        elif makes_a_resource(feature):
            onset = (
                self._onset()
                if feature.options.keys() & {"before_onset_days", "not_after_weakness"}
                else None
            )
            name = _UNFIT_ID.sub("-", f"what-if-{number}-{feature.id}")
            bed = Bed(self.knowledge, self._patient["id"], self.now, self._free(name), onset)
            self.resources.append(make(wish, bed))
        else:
            self._say_of_the_weakness(wish)

    def _free(self, name: str) -> str:
        taken = {each.get("id") for each in self.resources}
        return next(each for each in (name, *(f"{name}-{n}" for n in range(2, 1000))) if each not in taken)

    def _change_the_patient(self, wish: Wish) -> None:
        place = self._place(f"Patient/{self._patient['id']}")
        if wish.feature.derive == "age":
            self.resources[place] = self._patient | {"birthDate": self._born(wish.value or 0)}
            return
        said = (wish.when or Moment("today")).written(self.now)
        alive = {name: value for name, value in self._patient.items() if not name.startswith("deceased")}
        died: Resource = {"deceasedDateTime": said} if wish.present else {"deceasedBoolean": False}
        self.resources[place] = alive | died

    def _born(self, years: float) -> str:
        try:
            born = birth_date(self.now.astimezone(UTC).date(), int(years))
        except (ValueError, OverflowError):
            raise ChangeRefused(f"Nobody is {years:g} years old.") from None
        return born.isoformat()

    def _weakness(self, facts: Facts) -> list[str]:
        """References of the entries that tell the weakness, the newest first."""
        time = self.knowledge.reading["time"]
        tiers = [tier for tier in (*time["episode_tiers"], *time["episode_else"]) if facts.holds(tier)]
        found = [each for name in facts.base_features(tiers[:1]) for each in facts.get(name).findings]
        found.sort(key=_moment_of, reverse=True)
        return list(dict.fromkeys(each.source.reference for each in found))

    def _onset(self) -> datetime | None:
        when = self._onset_fact(self._facts()).when
        return when.middle if when else None

    def _onset_fact(self, facts: Facts) -> Fact:
        (feature,) = (each for each in self.knowledge.features.values() if each.derive == "onset_age")
        return facts.get(feature.id)

    def _date_the_weakness(self, when: Moment) -> None:
        """All entries of the weakness move together, so that the first of them is dated `when`."""
        facts = self._facts()
        entries, first = self._weakness(facts), self._onset_fact(facts)
        if not entries:
            raise _no_weakness()
        if first.when is None:
            for reference in entries:
                self._replace(reference, lambda each: redated(each, when, self.now))
            return
        leading = first.findings[0].source.reference
        by = when.at(self.now) - first.when.middle
        days = timedelta(days=round(by / timedelta(days=1)))
        for reference in entries:
            if reference == leading:
                self._replace(reference, lambda each: redated(each, when, self.now))
            else:
                self._replace(reference, lambda each: moved_by(each, by if when.exact else days, self.now))

    def _say_of_the_weakness(self, wish: Wish) -> None:
        """In a note of the newest entry of the weakness that can carry one."""
        carrying = [each for each in self._weakness(self._facts()) if each.split("/")[0] in _CARRY_NOTES]
        if not carrying:
            raise _no_weakness()
        said = {"text": words_of_the_weakness(wish.feature, present=wish.present)}
        self._replace(carrying[0], lambda each: each | {"note": [*_listed(each.get("note")), said]})


def words_of_the_weakness(feature: Feature, *, present: bool) -> str:
    """What a note says of the course of the weakness, or that it is not so."""
    denied = str(ways()["denied"].get(feature.id, f"not {feature.phrase}"))
    plain = feature.phrase if present else denied
    return f"{plain[:1].upper()}{plain[1:]}."


def _no_weakness() -> ChangeRefused:
    return ChangeRefused(
        "No entry of the chart tells a weakness that this could be said of. Add leg weakness first."
    )


def _moment_of(finding: Finding) -> float:
    return finding.when.middle.timestamp() if finding.when else 0.0


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _without_reference(value: Any, reference: str) -> Any:
    """The same without the references to what was removed: a chart points to nothing that is not there."""
    if isinstance(value, dict):
        kept = {
            name: _without_reference(member, reference)
            for name, member in value.items()
            if not _points_to(member, reference)
        }
        return {name: member for name, member in kept.items() if member != [] or value[name] == []}
    if isinstance(value, list):
        return [_without_reference(each, reference) for each in value if not _points_to(each, reference)]
    return value


def _points_to(value: object, reference: str) -> bool:
    return isinstance(value, dict) and value.get("reference") == reference
