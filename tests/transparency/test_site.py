"""What the site says of the service: checked, shown as plain text, and said to be missing where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from cards import knowledge
from cds_service import settings
from cds_service.app import create_app
from cds_service.cli import main
from cds_service.errors import SettingsRefused
from cds_service.settings import Settings
from cds_service.transparency import statement
from cds_service.transparency.attributes import PREDICTIVE
from cds_service.transparency.pack import pack
from cds_service.transparency.site import KEYS, PARTS, SiteStatement
from tests.docs.test_docs import rows, text
from tests.pages.read import read
from tests.write_evaluation import write_folder

CONTENT = knowledge.load()
ASKED = statement.shipped().site
DAYS = {"used_since", "approved_on"}


def client(**stated: Any) -> FlaskClient:
    return create_app(Settings(database_url="none", transparency=stated)).test_client()


def told(of: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = of.get("/transparency.json").get_json()
    return found


def share(met: int, of: int) -> dict[str, Any]:
    return {"met": met, "of": of, "interval": [0.0, 1.0]}


def results(**changed: Any) -> dict[str, Any]:
    """As `evaluate --json` writes them."""
    score = {
        "labels": 40,
        "sensitivity": share(9, 10),
        "specificity": share(29, 30),
        "missedCards": share(1, 20),
        "falseCards": share(1, 18),
        "quiet": share(17, 40),
        "top1": share(8, 10),
        "top3": share(10, 10),
        "byCause": {},
    }
    content = {"version": CONTENT.version, "digest": CONTENT.digest}
    wrong = [{"source": "ward-7", "patient": "Snowdrop-4711"}]
    return {"content": content, "scores": {"labels.csv": score | changed}, "wrong": wrong}


@pytest.fixture
def given(tmp_path: Path) -> Callable[[Any], dict[str, Any]]:
    """Settings with these results in a file."""

    def written(whole: Any) -> dict[str, Any]:
        file = tmp_path / "evaluation.json"
        file.write_text(whole if isinstance(whole, str) else json.dumps(whole))
        said = {"charts": "40 charts of the stroke unit", "by": "Quality", "on": date(2026, 11, 15)}
        return {"evaluation": {"file": file, **said}}

    return written


def test_what_is_not_stated_is_said_not_to_be() -> None:
    silent = client()
    page, whole = read(silent.get("/transparency").text).text, told(silent)
    assert set(whole["site"]) == set(KEYS)
    for key in KEYS:
        assert ASKED[key].unstated.startswith("The site has not stated ")
        assert whole["site"][key] == {"stated": False, "value": ASKED[key].unstated}
        assert ASKED[key].unstated in page
    assert whole["siteEvaluation"]["stated"] is False
    assert ASKED["evaluation"].unstated in page


def test_what_is_stated_stands_on_the_page_and_in_the_json() -> None:
    words = {key: f"Of {key} we say this" for key in KEYS if key not in DAYS}
    days = {key: date(2026, 11, 20) for key in DAYS}
    full = client(**words, **days)
    page, whole = read(full.get("/transparency").text).text, told(full)
    for key, said in (words | dict.fromkeys(DAYS, "2026-11-20")).items():
        assert whole["site"][key] == {"stated": True, "value": said}
        assert said in page
        assert ASKED[key].unstated not in page


@pytest.mark.parametrize(("attribute", "key"), PARTS.items())
def test_an_attribute_that_is_left_to_the_site_has_its_answer(attribute: str, key: str) -> None:
    assert attribute in {name for group in PREDICTIVE.values() for name in group}
    said = statement.shipped()

    def answer(stated: SiteStatement) -> str:
        packed = pack(said, CONTENT, stated)
        return next(
            each.whole for group in packed.predictive.values() for each in group if each.key == attribute
        )

    ours = answer(SiteStatement()).removesuffix(ASKED[key].unstated)
    assert ours != answer(SiteStatement())
    assert answer(SiteStatement(**{key: "Each month."})) == f"{ours}The site states: Each month."


def test_words_of_the_site_are_plain_text() -> None:
    hostile = '<script>alert(1)</script> [here](https://evil.example) {version} "&'
    served = client(contact=hostile, validity_local=hostile)
    page = served.get("/transparency").text
    assert read(page).text.count(hostile) == 4
    assert "<script>alert" not in page
    assert 'href="https://evil' not in page
    assert told(served)["site"]["contact"]["value"] == hostile


def test_broken_lines_become_one_line() -> None:
    assert SiteStatement(contact=" Digital\n  team\u00a0A ").contact == "Digital team A"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('contact = ""', "transparency.contact"),
        ('contact = " \\t "', "transparency.contact"),
        ("contact = 5", "transparency.contact"),
        ('contact = "a\\u202eb"', "transparency.contact: must be plain text"),
        (f'contact = "{"x" * 1001}"', "transparency.contact"),
        ('used_since = "soon"', "transparency.used_since"),
        ('shoe_size = "43"', "transparency.shoe_size: there is no such setting"),
        ('approved_by = "Safety group"', "approved_by and approved_on: both or neither"),
        ("approved_on = 2026-11-20", "approved_by and approved_on: both or neither"),
        (
            'evaluation = { file = "/no/such/file", charts = "c", by = "b", on = 2026-11-20 }',
            "cannot be read",
        ),
        ('evaluation = { charts = "c", by = "b", on = 2026-11-20 }', "transparency.evaluation.file"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, written: str, place: str) -> None:
    file = tmp_path / "service.toml"
    file.write_text(f"[transparency]\n{written}\n", encoding="utf-8")
    with pytest.raises(SettingsRefused) as refused:
        settings.load(file)
    assert place in str(refused.value)


def test_results_of_the_site_stand_beside_ours_with_totals_only(
    given: Callable[[Any], dict[str, Any]],
) -> None:
    served = client(**given(results()))
    page, whole = read(served.get("/transparency").text).text, told(served)
    for words in ("40 labels: 40 charts of the stroke unit", "Quality", "2026-11-15", "9 of 10", "90.0%"):
        assert words in page
    assert "have seen neither the charts nor their labels" in page
    assert "of other content" not in page
    assert whole["siteEvaluation"]["ofThisContent"] is True
    assert whole["siteEvaluation"]["score"]["missedCards"] == {"met": 1, "of": 20}
    low, high = whole["siteEvaluation"]["score"]["sensitivity"]["interval"]
    assert 0.5 < low < 0.9 < high < 1, "reckoned anew"
    assert "Snowdrop" not in page + json.dumps(whole)


def test_results_of_other_content_are_said_to_be(given: Callable[[Any], dict[str, Any]]) -> None:
    other = results() | {"content": {"version": "0.0.9", "digest": f"sha256:{'0' * 64}"}}
    served = client(**given(other))
    assert "These results are of other content" in served.get("/transparency").text
    assert told(served)["siteEvaluation"]["ofThisContent"] is False


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        ("[]", "is not what"),
        ("no JSON Snowdrop", "is not what"),
        ({"scores": {}}, "is not what"),
        (results() | {"scores": {}}, "has no results for labels.csv"),
        (results() | {"content": {"version": "Snowdrop", "digest": CONTENT.digest}}, "$.content.version"),
        (results(sensitivity=share(11, 10)), "counts more than there is: sensitivity"),
        (results(top1=share(1, 41)), "counts more than there is: top1"),
        (results(quiet={"met": -1, "of": 2}), "quiet"),
        (results(labels=0), "labels"),
    ],
)
def test_a_file_that_evaluate_did_not_write_is_refused_and_not_quoted(
    given: Callable[[Any], dict[str, Any]], whole: Any, said: str
) -> None:
    with pytest.raises(ValueError, match="transparency") as refused:
        Settings(transparency=given(whole))
    assert said in str(refused.value)
    assert "Snowdrop" not in str(refused.value)


def test_a_file_that_is_spoilt_before_the_content_is_read_anew_is_refused(
    given: Callable[[Any], dict[str, Any]],
) -> None:
    stated = Settings(database_url="none", transparency=given(results()))
    given("{}")
    with pytest.raises(SettingsRefused, match="is not what"):
        create_app(stated)


def test_what_evaluate_writes_is_taken(tmp_path: Path, given: Callable[[Any], dict[str, Any]]) -> None:
    folder = tmp_path / "charts"
    write_folder(folder)
    labels = (folder / "labels.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "labels.csv").write_text("".join(labels[:4]), encoding="utf-8")
    result = CliRunner().invoke(main, ["evaluate", str(folder), "--json"])
    local = told(client(**given(result.stdout)))["siteEvaluation"]
    assert (local["labels"], local["ofThisContent"]) == (3, True)


def test_the_page_names_every_key_and_no_other() -> None:
    first, second = text("transparency.md").split("## Results on the site's own charts")
    assert set(rows(first)) == set(SiteStatement.model_fields)
    assert set(rows(second)) == {"file", "charts", "by", "on"}
    assert {key: cells[1].strip("`") for key, cells in rows(first).items() if cells[1]} == {
        key: attribute for attribute, key in PARTS.items()
    }
