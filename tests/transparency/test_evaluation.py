"""The results on the transparency page are those that come out today."""

from __future__ import annotations

import csv
from pathlib import Path

from cards import knowledge
from cds_service.evaluation_measures import LABELS
from cds_service.transparency import results
from tests import write_evaluation


def test_the_results_are_those_of_the_charts_and_the_content() -> None:
    """`python -m tests.write_evaluation` writes them anew: read the difference."""
    shipped = results.shipped()
    assert {key: value for key, value in shipped.items() if key != "date"} == write_evaluation.results()


def test_results_of_other_content_are_told_apart() -> None:
    shipped = results.shipped()
    assert results.of_content(shipped, knowledge.load())
    assert not results.of_content({"content": {"digest": "sha256:0"}}, knowledge.load())


def test_the_charts_can_be_written_for_whoever_wants_to_run_them(tmp_path: Path) -> None:
    number = write_evaluation.write_folder(tmp_path)
    assert number == results.shipped()["charts"] == len(list(tmp_path.glob("*.json"))) > 300
    with (tmp_path / LABELS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["source"] for row in rows} == {file.stem for file in tmp_path.glob("*.json")}
    assert {row["expected"] for row in rows} == {"critical", "warning", "info", "none"}


def test_shares_are_shown_with_their_counts() -> None:
    shown = {
        "score": {key: {"met": 3, "of": 4, "interval": [0.3, 0.95]} for key in ("sensitivity", "specificity")}
        | {key: {"met": 0, "of": 0} for key in ("missedCards", "falseCards", "quiet", "top1", "top3")}
    }
    rows = results.rows(shown)
    assert rows[0] == ("Sensitivity of critical cards", "3 of 4", "75.0% (95 % 30.0% to 95.0%)")
    assert rows[2] == ("Missed cards, of those required", "none to count", "")
