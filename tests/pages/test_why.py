"""Why an answer is what it is: each line rests on the chart, and no text of the chart becomes markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, render_template
from jinja2 import StrictUndefined

from cds_service import fixtures
from cds_service.answer import Desk
from cds_service.bench.anchors import anchor
from cds_service.bench.why import Why, why
from cds_service.bench.why_lines import WAYS_SHOWN, Ref
from cds_service.explained import Explained, explained
from cds_service.pages import html
from cds_service.recording import MOMENT
from cds_service.settings import Settings
from cds_service.site.acknowledgement import Left
from cds_service.telling import NOTHING
from tests import record_fixtures
from tests.clinical.bedside import (
    Resource,
    call_for,
    condition,
    exam,
    measured,
    now,
    on_problem_list,
    patient,
    weakness,
)


@cache
def desk() -> Desk:
    return Desk.ready(Settings())


@cache
def app() -> Flask:
    made = Flask(__name__)
    made.jinja_env.undefined = StrictUndefined
    made.register_blueprint(
        html.pages("http://127.0.0.1:8000/leg", html.Site("1", "sha256:1", "none", has_bench=True))
    )
    return made


def told(record: list[Resource]) -> Explained:
    return explained(json.dumps(call_for(record)).encode(), desk(), now())


@cache
def told_fixture(name: str) -> Explained:
    return explained(json.dumps(fixtures.call(name, MOMENT)).encode(), desk(), MOMENT)


def rendered(shown: Why) -> str:
    with app().test_request_context():
        return render_template("_why.html", why=shown)


def each(shown: Any, kind: type) -> Iterator[Any]:
    """All objects of a kind in a tree of dataclasses."""
    if isinstance(shown, kind):
        yield shown
    if is_dataclass(shown):
        for field in fields(shown):
            yield from each(getattr(shown, field.name), kind)
    elif isinstance(shown, tuple):
        for one in shown:
            yield from each(one, kind)


def resources(node: Any) -> Iterator[dict[str, Any]]:
    """All resources in a prefetch, also those in Bundles."""
    match node:
        case {"resourceType": str()}:
            yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from resources(child)


def references(shown: Why) -> set[str]:
    return {ref.reference for ref in each(shown, Ref)}


class Page(HTMLParser):
    """The links and ids of a page, and whether its elements are closed in the order of their opening."""

    VOID = ("br", "img", "input", "hr")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.open: list[str] = []
        self.names: set[str] = set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert "style" not in given
        assert not any(name.startswith("on") for name in given)
        assert not (tag in {"details", "ul", "div", "p"} and {"p", "span"} & set(self.open)), (tag, self.open)
        self.names.add(tag)
        self.links += [given["href"] or ""] if "href" in given else []
        self.ids += [given["id"] or ""] if "id" in given else []
        self.headings += [int(tag[1])] if re.fullmatch(r"h\d", tag) else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# ---- all fixtures


@pytest.mark.parametrize("name", fixtures.names())
def test_each_reference_is_a_resource_of_the_chart(name: str) -> None:
    there = {
        f"{one['resourceType']}/{one['id']}"
        for one in resources(fixtures.call(name, MOMENT)["prefetch"])
        if "id" in one
    }
    without_id = re.compile(r"\w+ \(no id, entry \d+\)")
    assert {one for one in references(why(told_fixture(name), UTC)) if not without_id.fullmatch(one)} <= there


@pytest.mark.parametrize("name", fixtures.names())
def test_the_rules_are_those_that_the_answer_reports(name: str) -> None:
    answer = told_fixture(name)
    shown = why(answer, UTC)
    reported = (answer.done.extension or {}).get("redFlags", ())
    assert [(rule.id, rule.indicator) for rule in shown.fired] == [
        (rule["id"], rule["indicator"]) for rule in reported
    ]
    assert answer.done.assessment is not None
    every = [rule.id for rule in shown.fired] + [rule.id for rule in shown.merged]
    assert sorted(every) == sorted(answer.done.assessment.fired)


@pytest.mark.parametrize("name", fixtures.names())
def test_the_section_is_whole_and_each_item_opens_its_resource(name: str) -> None:
    shown = why(told_fixture(name), UTC)
    page = Page(rendered(shown))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= {anchor(one) for one in references(shown)} | set(page.ids)
    assert {anchor(line.ref.reference) for line in shown.findings} <= inside
    elsewhere = [link for link in page.links if not link.startswith("#")]
    assert all(link.startswith("/leg/explanations/") for link in elsewhere)
    assert len(set(page.ids)) == len(page.ids)
    assert page.headings[:1] == [2]
    assert all(later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False))
    assert not page.names & {"script", "style", "img", "iframe", "form"}


@pytest.mark.parametrize("name", fixtures.names())
def test_every_feature_of_the_content_stands_in_just_one_place(name: str) -> None:
    shown = why(told_fixture(name), UTC)
    listed = [line.id for group in shown.groups for line in group.known]
    listed += [each.id for group in shown.groups for each in group.not_recorded]
    assert sorted(listed) == sorted(desk().knowledge.features)
    assert shown.present + shown.absent + shown.not_recorded == len(listed)


def test_what_is_explained_is_what_the_service_answered() -> None:
    answered = record_fixtures.answer_to("messy-chart", MOMENT)["cards"]
    made = told_fixture("messy-chart").done.cards
    assert [(card["summary"], card["detail"]) for card in answered] == [
        (card.summary, card.detail) for card in made
    ]


def test_many_ways_to_a_near_miss_are_counted_and_not_all_told() -> None:
    shown = why(told_fixture("back-pain-weakness-denied"), UTC)
    (cauda,) = [miss for miss in shown.near if miss.id == "rf_ces"]
    assert (len(cauda.others), cauda.untold > 0) == (WAYS_SHOWN, True)
    assert f"and {cauda.untold} more" in rendered(shown)


# ---- what a tester asks


def test_a_rule_that_fired_shows_what_it_rests_on_and_where() -> None:
    shown = why(told(patient(weakness(), measured("Potassium", 2.1, "mmol/L", code="loinc 2823-3"))), UTC)
    (flag,) = [flag for flag in shown.fired if flag.id == "rf_potassium_low"]
    assert flag.chips[0].said == "Potassium 2.1 mmol/L"
    assert flag.chips[0].refs[0].reference.startswith("Observation/")


def test_the_page_says_how_old_a_finding_is_and_how_long_it_counts() -> None:
    text = rendered(why(told(patient(weakness(), condition("Urinary retention", since="40 days"))), UTC))
    assert "is from 40 days ago; it counts for 28 days" in text


def test_no_card_is_explained_by_what_there_is_of_weakness() -> None:
    shown = why(told(patient(exam("Leg weakness", at="40 days"))), UTC)
    assert shown.level == "no card"
    assert shown.reasons[0].startswith("No current evidence of leg weakness")
    assert [line.said for line in shown.uncounted] == ["Leg weakness"]


def test_a_quiet_card_of_a_known_disease_says_that_nothing_is_new() -> None:
    shown = why(told_fixture("old-stroke-yearly-review"), UTC)
    assert shown.reasons == ("A known chronic cause fits the weakness and nothing is new.",)


def test_a_cause_shows_both_sides_with_source_and_resources() -> None:
    shown = why(told_fixture("progressive-foot-drop-with-wasting"), UTC)
    rows = [row for cause in shown.causes for row in (*cause.arguments_for, *cause.arguments_against)]
    assert shown.causes[0].arguments_for
    assert all(row.source in desk().knowledge.sources for row in rows)
    assert any(cause.arguments_against for cause in shown.causes)


def test_a_stage_that_failed_is_said_and_nothing_is_concluded() -> None:
    answer = told(patient(weakness()))
    done = replace(answer.done, found=NOTHING, left=Left(NOTHING), record=None, failed_stages=("red flags",))
    failed = replace(answer, done=done)
    shown = why(failed, UTC)
    assert not shown.near + shown.further
    assert not shown.fired
    assert shown.red_flag_unread >= 1
    assert "the stage “red flags”" in rendered(shown)


# ---- the record is untrusted

HOSTILE = "<img src=x onerror=alert(1)>\"'</section><script>alert(2)</script>{{ 7*7 }}"


def test_markup_of_the_record_is_shown_as_text() -> None:
    record = patient(
        weakness(f"both legs {HOSTILE}"),
        on_problem_list(f"Diabetes mellitus {HOSTILE}"),
        exam(f"Saddle numbness {HOSTILE}", at="40 days"),
        measured(f"Potassium {HOSTILE}", 6.9, f"mmol{HOSTILE}", code="loinc 2823-3"),
        condition("Foot drop") | {"id": f"x{HOSTILE}"},
    )
    shown = why(told(record), UTC)
    text = rendered(shown)
    page = Page(text)
    assert "&lt;img src=x" in text
    assert not page.names & {"script", "img"}
    assert "49" not in re.findall(r"alert\(2\).{0,30}", text)


def test_an_anchor_holds_nothing_but_plain_signs_and_no_two_are_the_same() -> None:
    names = ["Observation/12", "Observation/1-2", "Observation/1_2_", "Observation (no id, entry 7)", HOSTILE]
    anchors = [anchor(name) for name in names]
    assert anchors[0] == "resource-Observation-12"
    assert len(set(anchors)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", one) for one in anchors)


@pytest.mark.parametrize("name", fixtures.names())
def test_sources_and_rules_are_called_by_their_names_and_not_by_their_keys(name: str) -> None:
    made = why(told_fixture(name), UTC)
    said = " ".join(
        row.basis for cause in made.causes for row in (*cause.arguments_for, *cause.arguments_against)
    )
    assert not set(re.findall(r"\w+", said)) & set(desk().knowledge.sources)
    assert not re.search(r"\brf_", " ".join(rule.why for rule in made.merged))
