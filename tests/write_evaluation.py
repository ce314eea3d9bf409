"""Writes cds_service/transparency/evaluation.json anew: the evaluation that the transparency page shows.

    python -m tests.write_evaluation                # evaluates our own labelled charts and keeps the results
    python -m tests.write_evaluation --folder DIR   # only writes charts and labels, for `evaluate DIR`

The charts are the worked examples of tests/clinical and those situations of fixtures/ that are not
among them; the labels are what these tests expect. All are synthetic and written by the developers. A test of
tests/transparency fails when the results differ from what this writes.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cds_service import evaluation, evaluation_show, fixtures, logs
from cds_service.answer import Desk
from cds_service.evaluation_measures import LABELS
from cds_service.settings import Settings
from cds_service.transparency.results import FILE
from tests.clinical.bedside import at_moment
from tests.clinical.test_fixture_answers import EXPECTED
from tests.clinical.test_worked_examples import STORIES

AS_OF = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
COMMAND = "leg-weakness-cds evaluate FOLDER"
SETS = "worked examples, each as one or more EHRs would record it, and further situations of fixtures/"
COLUMNS = (
    *("source", "patient_id", "expected", "card_required", "card_allowed"),
    *("critical_required", "critical_allowed", "reason", "as_of", "top_cause"),
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A chart with what its test expects."""

    source: str
    resources: list[dict[str, Any]]
    level: str | None
    first: str
    says: str

    @property
    def row(self) -> tuple[str, ...]:
        card, critical = self.level is not None, self.level == "critical"
        answers = ("yes" if each else "no" for each in (card, card, critical, critical))
        person = self.resources[0]["id"]
        expected = self.level or "none"
        return (self.source, person, expected, *answers, self.says, AS_OF.isoformat(), self.first)


def labelled() -> Iterator[Labelled]:
    with at_moment(AS_OF):
        for story in STORIES:
            for number, chart in enumerate(story.charts(), start=1):
                yield Labelled(f"{story.name}-{number}", chart, story.level, story.first, story.says)
    told = {story.name.replace("_", "-") for story in STORIES}
    for name in fixtures.names():
        if name not in told:
            level, _, first = EXPECTED[name]
            resources = [entry["resource"] for entry in fixtures.chart(name, AS_OF)["entry"]]
            if len(resources) == 1:  # the Patient alone is no clinical data, and a file no empty answer
                continue
            yield Labelled(f"fixture-{name}", resources, level, first or "", name)


def write_folder(folder: Path) -> int:
    """The charts, one file each, and their labels; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for each in labelled():
        bundle = {"resourceType": "Bundle", "type": "collection"}
        entries = [{"resource": resource} for resource in each.resources]
        (folder / f"{each.source}.json").write_text(
            json.dumps({**bundle, "entry": entries}), encoding="utf-8"
        )
        rows.append(each.row)
    with (folder / LABELS).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return len(rows)


def results() -> dict[str, Any]:
    """Without the day on which they were made."""
    desk = Desk.ready(Settings(database_url="none"))
    with tempfile.TemporaryDirectory() as made, logs.silent():
        folder = Path(made)
        charts = write_folder(folder)
        done = evaluation.evaluate(folder, desk, None, now=AS_OF)
    told = evaluation_show.as_json(done, desk.knowledge)
    if done.unreadable or done.without_chart or done.unlabelled:
        raise ValueError(f"not all charts were evaluated: {told['unreadable']}")
    score = told["scores"][LABELS]
    score.pop("byCause")
    ways = score.pop("byRecording")
    whole = {
        "charts": charts,
        "sets": SETS,
        "command": COMMAND,
        "chartsFrom": "python -m tests.write_evaluation --folder FOLDER",
        "asOf": AS_OF.isoformat(),
        "content": told["content"],
        "score": score,
        "byRecording": ways,
        "wrong": [f"{each['source']}: {', '.join(each['wrong'])}" for each in told["wrong"]],
    }
    same: dict[str, Any] = json.loads(json.dumps(whole), parse_float=lambda text: round(float(text), 4))
    return same


def write() -> None:
    whole = {"date": datetime.now(UTC).date().isoformat(), **results()}
    FILE.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--folder"]:
        write_folder(Path(sys.argv[2]))
    else:
        write()
