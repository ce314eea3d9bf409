"""The page and the JSON about the service itself: for everybody, the same, and whole."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from cards import knowledge
from cds_service.explanations import addresses
from cds_service.pages import html
from cds_service.transparency import results
from cds_service.transparency.attributes import EVIDENCE_BASED, PREDICTIVE
from tests.pages.read import Page, read
from tests.pages.test_explanations import PATHS, development, production

PATH = "/transparency"
CONTENT = knowledge.load()


@cache
def page() -> Page:
    response = production().get(f"/lw{PATH}")
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    return read(response.text)


@cache
def machine() -> dict[str, Any]:
    response = production().get(f"/lw{PATH}.json")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    read_: dict[str, Any] = json.loads(response.data)
    return read_


def test_both_profiles_show_it_without_a_token() -> None:
    assert development().get(PATH).status_code == 200
    assert "What this service is, and is not" in page().text


def test_a_proxy_may_take_the_prefix_off() -> None:
    for path in (PATH, f"{PATH}/", f"/lw/{PATH}", f"{PATH}.json"):
        assert production().get(path).status_code == 200, path


def test_the_json_has_one_key_for_each_attribute_and_none_is_blank() -> None:
    predictive = {key for group in PREDICTIVE.values() for key in group}
    assert set(machine()["evidenceBased"]) == set(EVIDENCE_BASED)
    assert set(machine()["predictive"]) == predictive
    assert all(
        value.strip() for part in ("evidenceBased", "predictive") for value in machine()[part].values()
    )
    assert machine()["content"]["digest"] == CONTENT.digest
    assert machine()["evaluation"]["charts"] == results.shipped()["charts"]
    assert machine()["evaluationOfThisContent"] is True


def test_the_page_says_what_the_json_says() -> None:
    said = page().text
    whole = machine()
    for part in ("evidenceBased", "predictive", "intendedUse", "product"):
        for value in whole[part].values():
            assert " ".join(value.replace("`", "").split()) in said
    for part in ("regulation", "limits", "outOfScope", "basis", "maintenance"):
        for value in whole[part]:
            assert value.replace("`", "") in said
    for value in whole["evaluation"]["said"]:
        assert value in said


def test_the_page_says_plainly_that_no_clinician_has_reviewed_the_content() -> None:
    assert "No clinician has reviewed the content: 0 of" in page().text


def test_the_results_stand_with_command_day_and_content() -> None:
    shipped = results.shipped()
    for words in (shipped["command"], shipped["date"], shipped["content"]["digest"], str(shipped["charts"])):
        assert words in page().text
    assert "synthetic charts written by the developers" in page().text
    assert "do not show how well the rules do in a hospital" in page().text


def test_every_link_leads_somewhere() -> None:
    for link in page().links:
        target, _, anchor = link.partition("#")
        where = target.removeprefix("/lw").rstrip("/") or PATH
        assert where in {*PATHS, PATH, f"{PATH}.json"}, link
        if anchor:
            assert anchor in read(production().get(target or f"/lw{PATH}").text).ids, link


def test_its_parts_are_in_order_and_it_loads_nothing_from_elsewhere() -> None:
    levels = page().headings
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(page().ids) == len(set(page().ids))
    assert page().inline == []
    assert all(each.startswith("/lw/assets/") for each in page().loaded)
    assert not re.search(r"\*\*|\]\(", page().text)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_leads_to_it(path: str) -> None:
    assert f"/lw{PATH}" in read(production().get(f"/lw{path}").text).links


def test_the_bench_leads_to_it() -> None:
    assert PATH in read(development().get("/").text).links


@pytest.mark.parametrize("path", [PATH, f"{PATH}.json"])
def test_a_reader_who_has_it_is_not_sent_it_again(path: str) -> None:
    first = production().get(path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = production().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_it_can_only_be_read_and_carries_the_policy_of_all_pages() -> None:
    assert production().post(PATH).status_code == 405
    assert production().get(PATH).headers["Content-Security-Policy"] == html.POLICY


def test_the_index_of_explanations_leads_to_it_besides_the_foot_of_the_page() -> None:
    assert read(production().get(f"/lw{addresses.INDEX}").text).links.count(f"/lw{PATH}") == 2
