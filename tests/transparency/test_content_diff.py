"""`content diff`: what a change of the content means, in clinical words and in other cards."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cards import knowledge
from cards.knowledge import Knowledge
from cds_service.cli import main
from cds_service.content_changes import result, size, statements
from cds_service.content_changes.charts import ChartChanged, Shown
from cds_service.content_changes.compare import Difference, PartChanged, differences
from cds_service.places import content_folder

CONTENT = knowledge.load()
ALL_OF_IT = {
    *("rules", "causes", "features", "derived", "concepts", "codes", "sources", "policy", "units", "body"),
    *("reading", "wording", "systems", "system_urls", "tunable"),
}
FOLLOWS = {"version", "digest", "title", "changes", "features_of_concept", "measured_concepts", "local_codes"}
"""What is told beside the statements, or follows from them."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["content", "diff", *arguments])


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy of the content, to be changed."""
    copied = tmp_path / "content"
    shutil.copytree(content_folder(), copied)
    return copied


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def told(folder: Path) -> dict[str, Any]:
    done = run("shipped", str(folder), "--json")
    assert done.exit_code == 1, done.output
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_where_only_the_detail_changed_its_lines_are_shown(edited: Path) -> None:
    edit(edited, "red_flags.toml", "(within 4 hours of request)", "(within 2 hours of request)")
    shown = run("shipped", str(edited)).stdout
    before, after = shown.split("Fixtures that get other cards: 1\n")
    assert before
    heading, removed, added, *rest = after.splitlines()[1:]
    assert heading.startswith("    critical: Saddle numbness, new urinary retention")
    assert removed.startswith("      - **Next step:**")
    assert "within 4 hours" in removed
    assert added.startswith("      + **Next step:**")
    assert "within 2 hours" in added
    assert not any(each.startswith("    ") for each in rest)
    (chart,) = told(edited)["charts"]
    assert [each[0] for each in chart["details"]] == ["c", "-", "+"]


def test_a_code_is_told_in_words_with_whether_it_is_confirmed(edited: Path) -> None:
    lines = (edited / "codes.csv").read_text(encoding="utf-8").splitlines()
    sure, hint = (next(line for line in lines[1:] if line.split(",")[5] == yes) for yes in ("yes", "no"))
    (edited / "codes.csv").write_text("\n".join(each for each in lines if each not in (sure, hint)) + "\n")
    shown = run("shipped", str(edited)).stdout
    assert f"{sure.split(',')[2]} “" in shown
    assert ", confirmed)" in shown
    assert "confirmed by no terminology: a hint, never critical alone" in shown
    assert not any(word in shown for word in ("verified", "True", "(exact"))


def test_the_same_content_has_not_changed(edited: Path) -> None:
    for arguments in (("shipped", "shipped"), ("shipped", str(edited)), (str(edited), "shipped")):
        done = run(*arguments)
        assert (done.exit_code, done.stdout) == (0, "Nothing changed.\n")
    assert json.loads(run("shipped", "shipped", "--json").stdout)["same"] is True


def test_a_limit_that_moved_is_told_in_words_and_the_charts_that_get_other_cards(edited: Path) -> None:
    edit(edited, "red_flags.toml", 'when = """potassium < 2.5"""', 'when = """potassium < 2.0"""')
    done = run("shipped", str(edited))
    assert done.exit_code == 1
    for words in (
        "Red flag changed: Severe hypokalaemia with weakness (rf_potassium_low)",
        "before: potassium below 2.5 mmol/L",
        "after:  potassium below 2 mmol/L",
        "Fixtures that get other cards: 1",
        "paralysis-with-low-potassium",
        "before: critical: Potassium 2.1 mmol/L",
        "This is a major change. The version was not raised",
    ):
        assert words in done.stdout
    whole = told(edited)
    assert [each["chart"] for each in whole["charts"]] == ["paralysis-with-low-potassium"]
    assert (whole["change"], whole["versionRaisedEnough"]) == ("major", False)


def test_a_version_that_was_raised_enough_is_said_so(edited: Path) -> None:
    edit(edited, "red_flags.toml", 'when = """potassium < 2.5"""', 'when = """potassium < 2.4"""')
    edit(edited, "content.toml", 'version = "0.1.0"\nlanguage', 'version = "0.1.1"\nlanguage')
    assert "raised too little (from 0.1.0 to 0.1.1)" in run("shipped", str(edited)).stdout
    edit(edited, "content.toml", 'version = "0.1.1"', 'version = "0.2.0"')
    assert "The version was raised from 0.1.0 to 0.2.0." in run("shipped", str(edited)).stdout


def test_a_window_is_told_in_hours_days_or_years(edited: Path) -> None:
    edit(edited, "features/systemic.toml", FEVER, FEVER.replace("window_days = 7", "window_days = 2"))
    (found,) = told(edited)["differences"]
    assert (found["kind"], found["id"], found["what"]) == ("feature", "fever", "changed")
    (part,) = found["parts"]
    assert (part["name"], part["before"], part["after"]) == ("how far back", "7 days", "48 hours")


FEVER = next(
    part
    for part in (content_folder() / "features/systemic.toml").read_text(encoding="utf-8").split("\n\n")
    if part.startswith("[fever]")
)


def test_codes_are_told_by_their_concept(edited: Path) -> None:
    lines = (edited / "codes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if line.startswith("cs_dx_gbs,icd10cm"))
    (edited / "codes.csv").write_text("".join(line for line in lines if line != gone), encoding="utf-8")
    (found,) = told(edited)["differences"]
    assert (found["kind"], found["id"]) == ("concept", "cs_dx_gbs")
    (part,) = found["parts"]
    assert part["name"] == "codes"
    assert len(part["removed"]) == 1
    assert "ICD-10-CM G61.0" in part["removed"][0]
    assert part["added"] == []
    assert told(edited)["change"] in {"minor", "major"}


def test_other_words_are_a_patch_when_no_level_changes(edited: Path) -> None:
    edit(edited, "red_flags.toml", "risk of paralysis and arrhythmia", "danger of paralysis and arrhythmia")
    whole = told(edited)
    assert {part["name"] for each in whole["differences"] for part in each["parts"]} == {
        "what the summary says of it"
    }
    assert [each["chart"] for each in whole["charts"]] == ["paralysis-with-low-potassium"]


def test_a_comment_is_no_other_statement(edited: Path) -> None:
    with (edited / "policy.toml").open("a", encoding="utf-8") as file:
        file.write("# read again\n")
    done = run("shipped", str(edited))
    assert done.exit_code == 1
    assert result.LAYOUT in done.stdout
    assert "This is a patch change." in done.stdout


@pytest.mark.parametrize("missing", ["before", "after"])
def test_a_folder_that_is_none_is_misuse(tmp_path: Path, missing: str) -> None:
    nowhere = str(tmp_path / "nowhere")
    done = run(nowhere, "shipped") if missing == "before" else run("shipped", nowhere)
    assert done.exit_code == 2
    assert "The content cannot be read" in done.output


def test_content_that_does_not_load_is_misuse(edited: Path) -> None:
    edit(edited, "red_flags.toml", "potassium < 2.5", "potasium < 2.5")
    done = run("shipped", str(edited))
    assert done.exit_code == 2
    assert "potasium" in done.output


# ---- nothing goes unseen


def test_every_part_of_the_knowledge_is_compared() -> None:
    assert {field.name for field in fields(Knowledge)} == ALL_OF_IT | FOLLOWS


def test_two_readings_of_the_same_content_have_no_difference() -> None:
    assert differences(CONTENT, knowledge.load()) == []


@pytest.mark.parametrize(
    "kind", ["red flag", "cause", "feature", "pattern", "concept", "source", "site setting"]
)
def test_every_statement_can_be_told(kind: str) -> None:
    found = statements.of(CONTENT)[kind]
    assert found
    for name, statement in found.items():
        assert statement.title, name
        assert all(part.said is not None for part in statement.parts.values())


def test_a_red_flag_that_is_gone_or_new_is_told_with_its_condition() -> None:
    fewer = replace(CONTENT, rules=CONTENT.rules[1:])
    (gone,) = differences(CONTENT, fewer)
    assert (gone.kind, gone.id, gone.what) == ("red flag", CONTENT.rules[0].id, "removed")
    (new,) = differences(fewer, CONTENT)
    assert new.what == "added"
    assert any(part.name == "condition" and part.after for part in new.parts)
    assert size.size([gone], [], CONTENT, fewer) == size.size([new], [], fewer, CONTENT) == "major"


def test_another_order_is_told() -> None:
    first, second, *rest = CONTENT.rules
    (found,) = differences(CONTENT, replace(CONTENT, rules=(second, first, *rest)))
    assert (found.kind, found.id) == ("order", "red flags")


def test_evidence_is_told_row_by_row() -> None:
    stroke = CONTENT.causes["stroke"]
    fewer = replace(stroke, evidence=stroke.evidence[1:])
    (found,) = differences(CONTENT, replace(CONTENT, causes={**CONTENT.causes, "stroke": fewer}))
    (part,) = found.parts
    assert (part.name, part.added, len(part.removed)) == ("evidence", (), 1)
    assert size.size([found], [], CONTENT, CONTENT) == "minor"


# ---- the size of a change


def changed(kind: str, name: str, part: str) -> Difference:
    return Difference(kind, name, name, "changed", (PartChanged(part, "a", "b"),))


@pytest.mark.parametrize(
    ("kind", "name", "part", "wanted"),
    [
        ("red flag", "rf_ces", "condition", "major"),
        ("red flag", "rf_ces", "level", "major"),
        ("red flag", "rf_ces", "rationale", "patch"),
        ("red flag", "rf_ces", "suggests", "minor"),
        ("policy", "policy", "dominates", "major"),
        ("feature", "saddle_sensory_loss", "how far back", "major"),
        ("feature", "saddle_sensory_loss", "as cards say it", "patch"),
        ("pattern", CONTENT.rules[0].gate, "condition", "major"),
        ("cause", "gbs", "listed only with", "minor"),
        ("concept", "cs_dx_gbs", "phrases", "minor"),
        ("reading", "negation", "value", "minor"),
        ("wording", "red_flag.summary", "value", "patch"),
        ("source", "S01", "title", "patch"),
    ],
)
def test_the_size_follows_from_what_changed(kind: str, name: str, part: str, wanted: str) -> None:
    assert size.size([changed(kind, name, part)], [], CONTENT, CONTENT) == wanted


def test_a_fixture_of_another_level_makes_it_major() -> None:
    critical, info = Shown("critical", "A", "a"), Shown("info", "B", "b")
    words = changed("wording", "red_flag.summary", "value")
    for before, after, wanted in (
        ((critical,), (info,), "major"),
        ((critical,), (), "major"),
        ((), (info,), "major"),
        ((info,), (Shown("info", "C", "b"),), "minor"),
        ((info,), (Shown("info", "B", "c"),), "patch"),
    ):
        chart = ChartChanged("a-chart", before, after)
        assert size.size([words], [chart], CONTENT, CONTENT) == wanted


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("0.1.0", "0.1.0", "none"),
        ("0.1.0", "0.1.1", "minor"),
        ("0.1.0", "0.2.0", "major"),
        ("0.1.0", "1.0.0", "major"),
        ("1.2.3", "1.2.4", "patch"),
        ("1.2.3", "1.3.0", "minor"),
        ("1.2.3", "2.0.0", "major"),
        ("1.2.3", "1.2.2", "none"),
    ],
)
def test_which_part_of_the_version_was_raised(before: str, after: str, part: str) -> None:
    assert size.raised(before, after) == part
