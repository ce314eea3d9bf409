"""Whatever else is recorded, a chart with a red flag keeps one: it may be another, or a warning.

The chart is a small one that raises a red flag; what is added is each feature of the content, recorded in
each way (`recordings`) at dates from today to years ago. What may silence stands in the content
(``policy.toml`` [[may_silence]]) and, where a date decides, in `_dates_that_may_silence`.
"""

from __future__ import annotations

import json
from datetime import UTC
from functools import cache
from typing import NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as st

from cards.assessment import Assessment, find_red_flags
from cards.facts import Answer, Facts
from cards.features import read_from_latest_beginning
from cards.findings import Chart as Findings
from cards.findings import Finding
from cards.knowledge import load
from cds_service.evidence import Entry, EvidenceReader
from cds_service.recording import MOMENT
from tests.clinical.bedside import (
    PATIENT,
    Resource,
    condition,
    exam,
    on_problem_list,
    red_flags,
    report,
    weakness,
)
from tests.clinical.bedside import patient as record
from tests.clinical.recordings import recordings
from tests.clinical.test_every_red_flag import CRITICAL
from tests.clinical.test_every_red_flag_warning import WARNING
from tests.clinical.test_properties import Chart, named, small_charts, thorough

KNOWN = load()
TIME = KNOWN.reading["time"]


class Read(NamedTuple):
    findings: Findings
    assessment: Assessment

    @property
    def facts(self) -> Facts:
        return self.assessment.facts


@cache
def _reader() -> EvidenceReader:
    return EvidenceReader(KNOWN)


def read(chart: Chart) -> Read:
    entries = [Entry(json.dumps(each).encode(), "chart") for each in chart.resources]
    findings = _reader().read(entries, patient_id=chart.patient, as_of=MOMENT, time_zone=UTC)
    return Read(findings, find_red_flags(findings, KNOWN, MOMENT))


@cache
def smallest_patients() -> tuple[Chart, ...]:
    """For each red flag the smallest patient, at the fixed moment."""
    flags = {**CRITICAL, **WARNING}.items()
    return tuple(
        Chart(PATIENT, (flag.fires[0], *named(name.replace("_", "-"), *flag.fires[1:])))
        for name, flag in flags
    )


@cache
def more() -> tuple[tuple[str, Resource], ...]:
    names, resources = zip(*recordings(), strict=True)
    return tuple(zip(names, named("more", *resources), strict=True))


# ---- what may silence


def _may(before: Read, after: Read, feature: str, added: Resource) -> bool:
    left = set(before.assessment.fired) - _excused_by_content(before.facts, after.facts)
    return not left or _dates_that_may_silence(before, after, feature, added)


def _excused_by_content(before: Facts, after: Facts) -> set[str]:
    """The rules that may fall silent by what is present now and was not."""
    present = {fact.feature for fact in after if fact.answer is Answer.PRESENT}
    new = {name for name in present if before.get(name).value != after.get(name).value}
    new |= {name for name in present if before.get(name).answer is not Answer.PRESENT}
    every = {rule.id for rule in KNOWN.rules}
    return {
        rule
        for exception in KNOWN.policy.may_silence
        if new & set(exception.added) and (exception.when is None or after.met(exception.when) is not None)
        for rule in exception.rules or every
    }


def _dates_that_may_silence(before: Read, after: Read, feature: str, added: Resource) -> bool:
    """By the rules of the specification about dates (S53):

    - only the latest value of a measurement counts (`sup_superseded`);
    - a repeat of an old problem is not new (`new_only`: first);
    - a weakness that states no onset of its own is the old one, coded again (`onset_age_days`);
      where no weakness is recorded, the same holds of numbness and root pain;
    - an entry of the same weakness from some hours before tells that it began then (`sudden_recent`);
    - a weakness recorded again since has not passed (`resolved_within_24h`).
    """
    content = KNOWN.features[feature]
    if content.tier:
        ages = [_age(each) for each in (before, after)]
        began_hours_before = ages[0] is not None and ages[1] is not None and 0 < ages[1] - ages[0] <= 1
        passed, passed_still = (each.facts.holds("resolved_within_24h") for each in (before, after))
        if began_hours_before or (passed and not passed_still):
            return True
    if content.is_quantity or content.shape == "report":
        return any(fact.feature == feature and fact.answer is Answer.PRESENT for fact in before.facts)
    when = _finding_of(after, added)
    old = when is not None and when.when is not None and (MOMENT - when.when.latest).days > 7
    if content.new_only == "first" and before.facts.get(feature).answer is Answer.PRESENT:
        return old
    return old and not _onset_is_stated(before)


def _finding_of(read_chart: Read, added: Resource) -> Finding | None:
    reference = f"{added['resourceType']}/{added['id']}"
    return next((f for f in read_chart.findings.findings if f.source.reference == reference), None)


def _onset_is_stated(read_chart: Read) -> bool:
    """Whether the weakness of the chart says itself when it began."""
    return any(finding.onset_stated for finding in read_chart.facts.get(_AGE).findings)


_AGE = next(f.id for f in KNOWN.features.values() if f.derive == "onset_age")


def _age(read_chart: Read) -> float | None:
    """Of the weakness, in days, told by the latest of its entries where that tells it."""
    facts = read_from_latest_beginning(read_chart.findings, KNOWN, MOMENT) or read_chart.facts
    value = facts.get(_AGE).value
    return value if isinstance(value, float) else None


# ---- the property


def _keeps_a_red_flag(chart: Chart, feature: str, added: Resource) -> None:
    before = read(chart)
    assume(before.assessment.red_flags)
    after = read(chart.with_(chart.of_this_patient(added)))
    if not after.assessment.red_flags:
        assert _may(before, after, feature, added), before.assessment.fired


@given(st.sampled_from(range(len({**CRITICAL, **WARNING}))), st.data())
@thorough
def test_no_finding_more_silences_the_smallest_patient(place: int, data: st.DataObject) -> None:
    _keeps_a_red_flag(smallest_patients()[place], *data.draw(st.sampled_from(more())))


@given(small_charts(), st.data())
@thorough
def test_no_finding_more_silences_a_small_chart(chart: Chart, data: st.DataObject) -> None:
    _keeps_a_red_flag(chart, *data.draw(st.sampled_from(more())))


# ---- what was silent once

OLD_WEAKNESS = on_problem_list("Weakness of both legs", since="3 years")
RETENTION = condition("Urinary retention", code="snomed 267064002", since="1 day")
COMPRESSION = report("MRI whole spine", "Cord compression at T8.", at="3 hours")
UNABLE_TO_WALK = condition("Unable to walk", since="20 hours")


def test_an_old_stroke_leaves_a_new_retention_flagged() -> None:
    stroke = on_problem_list("Sequelae of cerebral infarction", code="icd10cm I69.351", since="3 years")
    assert red_flags(record(weakness(), RETENTION)) == {"rf_ces": "critical"}
    assert "rf_ces" in red_flags(record(weakness(), RETENTION, stroke))


def test_compression_found_today_in_an_old_weakness_is_flagged() -> None:
    assert red_flags(record(weakness(), COMPRESSION)) == {"rf_cord": "critical"}
    assert red_flags(record(OLD_WEAKNESS, COMPRESSION)) == {"rf_myelopathy": "warning"}


def test_an_older_weakness_leaves_a_new_inability_to_walk_flagged() -> None:
    assert red_flags(record(UNABLE_TO_WALK)) == {"rf_sudden_other": "warning"}
    assert red_flags(record(UNABLE_TO_WALK, weakness(since="45 days"))) == {"rf_sudden_other": "warning"}


def test_a_diagnosis_of_yesterday_lowers_and_does_not_silence() -> None:
    diagnosis = condition("Cauda equina syndrome", code="icd10cm G83.4", since="26 hours")
    assert red_flags(record(weakness(), diagnosis)) == {"rf_ces": "warning"}


def test_a_new_onset_stated_within_a_month_of_an_older_entry_is_flagged() -> None:
    today = weakness(of="left leg", since="20 hours")
    assert red_flags(record(today)) == {"rf_stroke": "critical"}
    assert red_flags(record(today, weakness(of="left leg", since="10 days"))) == {"rf_stroke": "warning"}


def test_one_leg_named_after_both_is_the_same_weakness() -> None:
    both = (weakness(since="5 days"), exam("Absent ankle jerks"))
    left = condition("Weakness of left leg", since=None, recorded="1 hour")
    assert red_flags(record(*both)) == red_flags(record(*both, left)) == {"rf_gbs": "critical"}


def test_a_neurogenic_bladder_found_with_the_retention_does_not_explain_it() -> None:
    def bladder(since: str) -> Resource:
        return condition("Neurogenic bladder", code="icd10cm N31.9", since=since)

    assert "rf_ces" in red_flags(record(weakness(), RETENTION, bladder("3 days")))
    assert "rf_ces" not in red_flags(record(weakness(), RETENTION, bladder("3 years")))


def test_weakness_has_an_onset_or_is_known_to_have_none() -> None:
    """The search relies on it (`cards.silencing`): what a gate asks for has an age, or an unknown one."""
    age, unknown = (
        next(f.id for f in KNOWN.features.values() if f.derive == derive)
        for derive in ("onset_age", "onset_unknown")
    )
    for chart in smallest_patients():
        facts = read(chart).facts
        assert facts.get(age).answer is Answer.PRESENT or facts.holds(unknown)
