"""docs/clinical.md and docs/clinical/ say what the content and the tests say today."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from cards import knowledge
from cards.conditions import condition
from cds_service.explanations import conditions
from cds_service.explanations.wording import Wording, days
from tests.clinical.bedside import Flag
from tests.clinical_docs import pages, proof
from tests.clinical_docs.links import DocLinks, anchor

CONTENT = knowledge.load()
WORDS = Wording(CONTENT, DocLinks(CONTENT))


@cache
def page(name: str) -> str:
    return (pages.FOLDER / name).read_text(encoding="utf-8")


@cache
def written_anew() -> Mapping[str, str]:
    return pages.rendered(CONTENT)


def plain(text: str) -> str:
    """Without marks and the targets of links."""
    return re.sub(r"\]\([^)\s]*\)|[\[*\\]", "", text)


@pytest.mark.parametrize("name", pages.NAMES)
def test_a_page_is_what_the_content_and_the_tests_say(name: str) -> None:
    stale = page(name) != written_anew()[name]
    assert not stale, f"docs/{name} is stale: run `{pages.COMMAND}` and read what changed"


def test_there_is_no_page_that_nobody_writes() -> None:
    found = {file.relative_to(pages.FOLDER).as_posix() for file in pages.FOLDER.glob("clinical*/**/*")}
    assert found | {"clinical.md"} == set(pages.NAMES)


@pytest.mark.parametrize(
    ("file", "was", "now", "stale"),
    [
        ("red_flags.toml", "potassium >= 6.5", "potassium >= 7.5", "clinical/red-flags.md"),
        ("causes/gbs.toml", 'prior = "rare"', 'prior = "common"', "clinical/causes.md"),
        ("features/lab.toml", "window_days = 7", "window_days = 9", "clinical/features.md"),
        ("reading.toml", "episode_gap_days = 180", "episode_gap_days = 90", "clinical/reading.md"),
        ("sources.toml", 'seen = "Seen"', 'seen = "Read"', "clinical/sources.md"),
        ("policy.toml", "max_critical_in_full = 3", "max_critical_in_full = 2", "clinical.md"),
    ],
)
def test_a_change_of_the_content_makes_its_page_stale(
    tmp_path: Path, file: str, was: str, now: str, stale: str
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(knowledge.BESIDE, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert was in text
    (folder / file).write_text(text.replace(was, now), encoding="utf-8")
    changed = pages.rendered(knowledge.load(folder))
    assert changed[stale] != page(stale)
    assert changed["clinical.md"] != page("clinical.md"), "the digest is that of the content described"


@pytest.mark.parametrize("name", pages.NAMES)
def test_every_link_inside_the_pages_leads_to_a_heading(name: str) -> None:
    here = (pages.FOLDER / name).parent
    links = re.findall(r"\]\(([^)\s#]*)#([^)\s]+)\)", page(name))
    assert links or name.endswith(("reading.md", "sources.md"))
    for file, heading in links:
        target = (here / file).resolve().relative_to(pages.FOLDER).as_posix() if file else name
        assert heading in headings(target), f"{file}#{heading}"


@cache
def headings(name: str) -> frozenset[str]:
    found = [anchor(title) for title in re.findall(r"^#+ (.+)$", page(name), re.MULTILINE)]
    assert len(found) == len(set(found)), "two headings of one name: links lead to the first"
    return frozenset(found)


@pytest.mark.parametrize("rule", CONTENT.rules, ids=lambda rule: rule.id)
def test_a_red_flag_stands_there_with_all_that_it_asks_and_spares(rule: knowledge.Rule) -> None:
    part = page("clinical/red-flags.md").partition(f"### {rule.title}\n")[2].partition("\n### ")[0]
    said = plain(part)
    for use in rule.when.uses:
        if not use.compared and not use.values:
            assert plain(WORDS.linked(use.feature)) in said
    for number in (number for use in rule.when.uses for number in use.numbers):
        n = f"{number:,.0f}" if number >= 1000 else f"{number:g}"
        limit = rf"(below|above) {n}\b|\b{n}( \S+)? or (less|more)|(within|more than) {days(number)}"
        assert re.search(limit, said), number
    assert plain(proof.fires(rule)) in said
    for silence in proof.silences(rule):
        assert all(plain(chart) in said for chart in silence.charts)


@pytest.mark.parametrize("cause", CONTENT.causes.values(), ids=lambda cause: cause.id)
def test_a_cause_stands_there_with_every_statement(cause: knowledge.Cause) -> None:
    part = page("clinical/causes.md").partition(f"## {cause.label}\n")[2].partition("\n## ")[0]
    assert part.count("| **for**, ") == sum(row.points > 0 for row in cause.evidence)
    assert part.count("| **against**, ") == sum(row.points < 0 for row in cause.evidence)


def test_every_finding_and_pattern_is_defined() -> None:
    there = set(re.findall(r"`(\w+)`", page("clinical/features.md")))
    assert there >= {*CONTENT.features, *CONTENT.derived}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("fever", "fever"),
        ("not fever", "without fever"),
        ("not worsening", "not getting worse"),
        ("fever and not dark_urine", "fever and without dark urine"),
        ("fever and (dark_urine or ck >= 1000)", "fever and (dark urine or CK 1,000 U/L or more)"),
        ("not (fever or dark_urine)", "without fever and without dark urine"),
        ("not (fever and not dark_urine)", "unless (fever and without dark urine)"),
        ("not not fever", "fever"),
        ("onset_age_days <= 2", "onset within 48 hours"),
        ("not onset_age_days > 28", "onset not known to be more than 28 days ago"),
        ("not onset_age_days <= 56", "no known onset within 56 days"),
        ("potassium < 2.5", "potassium below 2.5 mmol/L"),
        ('brain_imaging_result in ["acute_infarct"]', "brain imaging conclusion: acute infarct"),
        ('weakness_laterality in ["left", "right"]', "side of leg weakness: left or right"),
    ],
)
def test_a_condition_in_words(written: str, said: str) -> None:
    assert plain(conditions.sentence(condition(written), WORDS)) == said


def test_a_condition_too_long_for_a_line_is_a_nested_list() -> None:
    long = condition("fever and (dark_urine or (ck >= 1000 and not (myalgia and (leg_pain or hip_pain))))")
    assert [plain(line) for line in conditions.lines(long, WORDS)] == [
        "- all of these:",
        "  - fever",
        "  - one or more of these:",
        "    - dark urine",
        "    - all of these:",
        "      - CK 1,000 U/L or more",
        "      - unless (muscle pain and (leg pain or hip or groin pain))",
    ]


def test_a_line_that_no_chart_proves_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = CONTENT.rules[0]
    bare = Flag(proof.FLAGS[rule.id].weakness)
    monkeypatch.setattr(proof, "FLAGS", {rule.id: bare})
    with pytest.raises(LookupError, match=rf"{rule.id}: no chart for .*Old stroke"):
        proof.silences(rule)


def test_the_pages_hold_no_day_of_their_making() -> None:
    assert not re.search(r"20\d\d-\d\d-\d\d", "".join(map(page, pages.NAMES)))
