"""Runs labelled charts through the main path and holds the answers against their labels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cds_service import evaluation_charts
from cds_service.answer import Desk, answer
from cds_service.charts import ChartCall
from cds_service.errors import ServiceError
from cds_service.evaluation_charts import Unreadable
from cds_service.evaluation_labels import FolderRefused, Label, read_labels
from cds_service.evaluation_score import Case, Score, way_of
from cds_service.explained import Explained
from cds_service.prefetch import contents

# Later than any record, years before the last that a date can be: everything in a chart lies before it.
_AFTER_ALL = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Evaluation:
    """What came of a folder."""

    cases: list[Case] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    without_chart: list[Label] = field(default_factory=list)
    """Labels whose chart is not in the folder, or could not be read."""

    def score(self, table: str) -> Score:
        """By the file of the labels: several days of one patient are not counted among the charts."""
        return Score(tuple(each for each in self.cases if each.label.table == table))

    @property
    def wrong(self) -> list[Case]:
        return [each for each in self.cases if each.wrong]

    @property
    def all_met(self) -> bool:
        return not (self.wrong or self.unreadable or self.without_chart)


def evaluate(folder: Path, desk: Desk, as_of: datetime | None, now: datetime) -> Evaluation:
    """`as_of`: for the labels that name no moment. `now`: for those of a chart without any date.

    Raises `FolderRefused`.
    """
    waiting: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in read_labels(folder, desk.knowledge.causes, desk.client.zone):
        waiting[label.source, label.patient].append(label)
    files = evaluation_charts.files(folder)
    if not files:
        raise FolderRefused("No chart is in the folder: *.json, *.ndjson or *.ndjson.gz.")
    done, run = Evaluation(), _Run(desk, as_of, now)
    seen: set[tuple[str, str]] = set()
    for file in files:
        source = evaluation_charts.source_of(file)
        for chart in evaluation_charts.read(file):
            if isinstance(chart, Unreadable):
                done.unreadable.append(chart)
                continue
            key = (source, chart.call.context.patientId)
            where = f"{file.name}, patient {key[1]}"
            if key not in waiting:
                done.unlabelled.append(where)
            elif key in seen:
                done.unreadable.append(Unreadable(where, "a second chart of the same patient"))
            else:
                seen.add(key)
                for label in waiting[key]:
                    run.add(done, chart, label, where)
    done.without_chart += [each for key, labels in waiting.items() if key not in seen for each in labels]
    return done


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same from chart to chart."""

    desk: Desk
    as_of: datetime | None
    now: datetime

    def add(self, done: Evaluation, chart: ChartCall, label: Label, where: str) -> None:
        try:
            done.cases.append(self._case(chart, label))
        except ServiceError as error:
            at = f" as of {label.as_of:%Y-%m-%d}" if label.as_of else ""
            done.unreadable.append(Unreadable(where + at, error.sentence))
            done.without_chart.append(label)

    def _case(self, chart: ChartCall, label: Label) -> Case:
        """Raises `ServiceError` for a chart that holds nothing to assess."""
        desk = self.desk.for_whole_charts() if chart.whole else self.desk
        call, given = chart.call, label.as_of or self.as_of
        if given:
            call = evaluation_charts.as_it_was(call, given, desk.client.zone)
        moment = given or self._day_after(chart) or self.now
        came = answer(call, desk, moment)
        assessed = came.assessment
        return Case(
            label=label,
            as_of=moment,
            level=Explained(call, came, desk.knowledge, moment).level,
            critical=any(card.indicator == "critical" for card in came.cards),
            red_flags=tuple(flag.rule.id for flag in assessed.red_flags) if assessed else (),
            causes=tuple(each.cause.id for each in assessed.causes) if assessed else (),
            way=way_of(assessed),
            failed_stages=came.failed_stages,
        )

    def _day_after(self, chart: ChartCall) -> datetime | None:
        """The day after the newest clinical date; None when the chart has no date."""
        given = (chart.call.prefetch or {}).items()
        entries = [each for key, raw in given for each in contents(raw, key).entries]
        patient, zone = chart.call.context.patientId, self.desk.client.zone
        read = self.desk.evidence.read(entries, patient_id=patient, as_of=_AFTER_ALL, time_zone=zone)
        return read.data_until + timedelta(days=1) if read.data_until else None
