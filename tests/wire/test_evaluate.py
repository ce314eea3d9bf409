"""`leg-weakness-cds evaluate`: labelled charts against what came, and what cannot be read beside them."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cards import assessment
from cds_service import fixtures
from cds_service.cli import main
from cds_service.evaluation_charts import source_of
from cds_service.share import Share
from tests.wire.calls import bundle, condition, patient

NOW = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
AS_OF = "2026-06-17T15:30:00Z"
SADDLE, QUIET = "sciatica-with-saddle-numbness", "quiet-chart"
COLUMNS = [
    *("source", "patient_id", "expected", "card_required", "card_allowed", "critical_required"),
    *("critical_allowed", "basis", "reason", "as_of", "top_cause"),
]
CRITICAL = ("critical", "yes", "yes", "yes", "yes")
NONE = ("none", "no", "no", "no", "no")


def chart(situation: str) -> dict[str, Any]:
    return fixtures.chart(situation, NOW)


def identity(of: dict[str, Any]) -> str:
    found: str = of["entry"][0]["resource"]["id"]
    return found


def row(source: str, who: str, answers: Iterable[str], as_of: str = AS_OF, cause: str = "") -> list[str]:
    return [source, who, *answers, "made up", "for this test", as_of, cause]


def write(folder: Path, name: str, rows: Iterable[Iterable[str]], columns: Iterable[str] = COLUMNS) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def lines(*contents: Any) -> bytes:
    return b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in contents)


def run(folder: Path, *options: str) -> Result:
    environment = {"COLUMNS": "140", "FORCE_COLOR": None, "TTY_COMPATIBLE": None}
    return CliRunner().invoke(main, ["evaluate", str(folder), *options], env=environment)


def told(folder: Path, *options: str, code: int = 0) -> dict[str, Any]:
    result = run(folder, "--json", *options)
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    """Two charts in one file, both labelled as they are answered."""
    saddle, quiet = chart(SADDLE), chart(QUIET)
    (tmp_path / "ward.ndjson.gz").write_bytes(gzip.compress(lines(saddle, quiet)))
    rows = [
        row("ward", identity(saddle), CRITICAL, cause="cauda_equina"),
        row("ward", identity(quiet), NONE),
    ]
    write(tmp_path, "labels.csv", rows)
    return tmp_path


def test_labels_that_are_met_end_with_0(ward: Path) -> None:
    done = told(ward)
    score = done["scores"]["labels.csv"]
    assert done["allMet"] is True
    assert done["wrong"] == done["unlabelled"] == done["unreadable"] == done["withoutChart"] == []
    assert (score["sensitivity"]["met"], score["sensitivity"]["of"]) == (1, 1)
    assert (score["specificity"]["met"], score["specificity"]["of"]) == (1, 1)
    assert score["quiet"] == {"met": 1, "of": 2}
    assert score["top1"] == score["top3"] == {"met": 1, "of": 1}
    assert score["byCause"]["cauda_equina"]["sensitivity"]["met"] == 1
    assert sum(part["labels"] for part in score["byRecording"].values()) == 2
    assert "nothing named" not in score["byRecording"]


def test_a_missed_card_counts_with_the_way_in_which_the_chart_is_recorded(tmp_path: Path) -> None:
    quiet = chart(QUIET)
    (tmp_path / "ward.ndjson").write_bytes(lines(quiet))
    write(tmp_path, "labels.csv", [row("ward", identity(quiet), CRITICAL)])
    ways = told(tmp_path, code=1)["scores"]["labels.csv"]["byRecording"]
    (part,) = ways.values()
    assert "nothing named" not in ways
    assert (part["sensitivity"]["met"], part["sensitivity"]["of"]) == (0, 1)


def test_wrong_labels_are_listed_with_what_came_and_what_was_expected(ward: Path) -> None:
    saddle, quiet = identity(chart(SADDLE)), identity(chart(QUIET))
    rows = [row("ward", saddle, NONE, cause="stroke"), row("ward", quiet, CRITICAL)]
    write(ward, "labels.csv", rows)
    done = told(ward, code=1)
    first, second = done["wrong"]
    assert first["patient"] == saddle
    assert first["wrong"] == ["false critical card", "false card", "stroke not first"]
    assert (first["expected"], first["came"]) == ("none, stroke first", "critical")
    assert first["redFlags"] == ["rf_ces"]
    assert first["causes"][0] == "cauda_equina"
    assert (second["patient"], second["came"]) == (quiet, "no card")
    assert second["wrong"] == ["missed critical card", "missed card"]
    score = done["scores"]["labels.csv"]
    assert score["missedCards"] == score["falseCards"] == {"met": 1, "of": 1}
    assert score["sensitivity"]["met"] == score["specificity"]["met"] == 0
    text = run(ward).stdout
    assert f"ward  {saddle}  as of 2026-06-17: false critical card" in text
    assert "expected none, stroke first; came critical, rf_ces, cauda_equina" in text


def test_the_table_shows_the_score_with_its_interval(ward: Path) -> None:
    result = run(ward)
    assert result.exit_code == 0, result.output
    assert "100.0% (1 of 1; 95 % 20.7% to 100.0%)" in result.stdout
    assert "Cause cauda_equina" in result.stdout
    assert "Not as expected (0)" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("met", "of", "low", "high"),
    # Newcombe, Stat Med 1998;17:857-872, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_of_the_literature(met: int, of: int, low: float, high: float) -> None:
    assert Share(met, of).interval == pytest.approx((low, high), abs=0.00005)
    assert Share(of - met, of).interval == pytest.approx((1 - high, 1 - low), abs=0.00005)


def test_nothing_to_count_has_no_interval() -> None:
    assert Share(0, 0).interval is None


def test_charts_that_cannot_be_read_are_named_and_stop_nothing(ward: Path) -> None:
    (ward / "bad.ndjson").write_bytes(lines(b"{", {"resourceType": "Bundle", "entry": []}, b'{"a": "\xff"}'))
    (ward / "cut.ndjson.gz").write_bytes((ward / "ward.ndjson.gz").read_bytes()[:-30])
    (ward / "odd.json").write_bytes(lines(bundle({"resourceType": "Patient", "id": 5})))
    done = told(ward, code=1)
    where = [each["where"] for each in done["unreadable"]]
    assert where == [
        "bad.ndjson, line 1",
        "bad.ndjson, line 2",
        "bad.ndjson, line 3",
        "cut.ndjson.gz",
        "odd.json",
    ]
    assert done["scores"]["labels.csv"]["labels"] == 2
    assert "bad.ndjson, line 2: no Patient is in it" in run(ward).stdout


def test_a_chart_without_a_label_is_counted_and_fails_nothing(ward: Path) -> None:
    (ward / "other.json").write_bytes(lines(chart(QUIET)))
    assert told(ward)["unlabelled"] == [f"other.json, patient {identity(chart(QUIET))}"]
    assert "1 charts unlabelled" in run(ward).stdout


def test_a_label_without_a_chart_is_not_met(ward: Path) -> None:
    write(ward, "labels.csv", [row("ward", "nobody", NONE)])
    (missing,) = told(ward, code=1)["withoutChart"]
    assert missing == {"table": "labels.csv", "source": "ward", "patient": "nobody"}


def test_a_second_chart_of_a_patient_is_not_evaluated(ward: Path) -> None:
    (ward / "ward.json").write_bytes(lines(chart(QUIET)))
    (second,) = told(ward, code=1)["unreadable"]
    assert second["why"] == "a second chart of the same patient"


def test_the_optional_columns_may_be_missing(ward: Path) -> None:
    rows = [[*row("ward", identity(chart(SADDLE)), CRITICAL)[:9]]]
    write(ward, "labels.csv", rows, COLUMNS[:9])
    assert told(ward, "--as-of", "2026-06-17T15:30")["scores"]["labels.csv"]["sensitivity"]["met"] == 1


def recent_weakness(folder: Path, *more: dict[str, Any]) -> None:
    """Both legs weak since yesterday noon of a day long past; then whatever came later."""
    weak = condition("sudden paralysis of both legs", onset="1999-03-10T12:00:00Z")
    (folder / "past.json").write_bytes(lines(bundle(patient(), weak, *more)))


def test_without_a_moment_a_chart_is_read_the_day_after_its_newest_date(tmp_path: Path) -> None:
    recent_weakness(tmp_path)
    write(tmp_path, "labels.csv", [row("past", "p1", NONE, as_of="")])
    (wrong,) = told(tmp_path, code=1)["wrong"]
    assert wrong["asOf"] == "1999-03-11T12:00+00:00"
    assert wrong["came"] in ("critical", "warning")
    (other,) = told(tmp_path, "--as-of", "1999-03-12", code=1)["wrong"]
    assert other["asOf"] == "1999-03-12T00:00+00:00"


def test_a_moment_sees_only_what_was_there_by_the_end_of_that_day(tmp_path: Path) -> None:
    visit = {
        "resourceType": "Encounter",
        "id": "v1",
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "1999-03-11T00:10:00Z"},
    }
    undated = condition("paralysis of both legs", "c2", encounter={"reference": "Encounter/v1"})
    del undated["onsetDateTime"]
    recorded_late = condition("paralysis of both legs", "c3", "1999-03-01", recordedDate="1999-04-01")
    earlier = condition("hay fever", "c4", "1999-02-01")
    recent_weakness(tmp_path, visit, undated, recorded_late, earlier)
    write(tmp_path, "labels.csv", [row("past", "p1", ("", "no", "yes", "no", "yes"), as_of="")])
    moments = [row("past", "p1", NONE, "1999-03-09"), row("past", "p1", NONE, "1999-03-10")]
    write(tmp_path, "moments.csv", moments)
    done = told(tmp_path, code=1)
    assert done["scores"]["moments.csv"]["labels"] == 2
    assert done["scores"]["labels.csv"]["labels"] == 1
    (wrong,) = done["wrong"]
    assert (wrong["table"], wrong["asOf"][:10]) == ("moments.csv", "1999-03-10")


def test_a_day_before_anything_was_recorded_is_named_and_loses_no_other(tmp_path: Path) -> None:
    recent_weakness(tmp_path)
    write(tmp_path, "labels.csv", [row("past", "p1", ("", "yes", "yes", "no", "yes"), as_of="")])
    write(tmp_path, "moments.csv", [row("past", "p1", NONE, "1999-03-09")])
    done = told(tmp_path, code=1)
    assert [each["where"] for each in done["unreadable"]] == ["past.json, patient p1 as of 1999-03-09"]
    assert [each["table"] for each in done["withoutChart"]] == ["moments.csv"]
    assert done["wrong"] == []


def test_a_stage_that_fails_is_never_a_quiet_chart(ward: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assessment, "find_red_flags", fail)
    wrong = told(ward, code=1)["wrong"]
    assert len(wrong) == 2
    assert all("failed: red flags" in each["wrong"] for each in wrong)


def test_findings_are_told_by_their_way_of_recording(tmp_path: Path) -> None:
    recent_weakness(tmp_path)
    write(tmp_path, "labels.csv", [row("past", "p1", ("", "yes", "yes", "no", "yes"), as_of="")])
    assert list(told(tmp_path)["scores"]["labels.csv"]["byRecording"]) == ["by words"]


@pytest.mark.parametrize(
    ("rows", "columns", "says"),
    [
        ([], COLUMNS, "holds no label"),
        (
            [row("ward", "x", ("", "maybe", "no", "no", "no"))],
            COLUMNS,
            "line 2, card_required: must be yes or",
        ),
        ([row("ward", "x", NONE, as_of="soon")], COLUMNS, "as_of 'soon' must be"),
        ([row("ward", "x", NONE, as_of="2026")], COLUMNS, "as_of '2026' must be"),
        ([row("ward", "x", NONE, cause="gremlins")], COLUMNS, "'gremlins' is no cause"),
        ([row("ward", "x", NONE), row("ward", "x", NONE)], COLUMNS, "labelled twice"),
        ([["ward"]], ["source"], "lacks the column card_allowed"),
    ],
)
def test_labels_that_make_no_sense_are_misuse(
    ward: Path, rows: list[list[str]], columns: list[str], says: str
) -> None:
    write(ward, "labels.csv", rows, columns)
    result = run(ward)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_folder_without_labels_or_charts_is_misuse(ward: Path) -> None:
    assert run(ward / "none").exit_code == 2
    assert run(ward, "--as-of", "soon").exit_code == 2
    (ward / "ward.ndjson.gz").unlink()
    assert "No chart is in the folder" in run(ward).stderr
    (ward / "labels.csv").unlink()
    result = run(ward)
    assert result.exit_code == 2
    assert "labels.csv: not in the folder" in result.stderr


@pytest.mark.parametrize("name", ["ward-2.json", "ward-2.ndjson", "ward-2.ndjson.gz"])
def test_the_source_is_the_stem(name: str) -> None:
    assert source_of(Path(name)) == "ward-2"
