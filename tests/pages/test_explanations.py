"""The explanation pages: every statement of the content has an address, and every link leads there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from cards import knowledge
from cards.knowledge import Cause, Feature, Rule
from cds_service.app import create_app
from cds_service.explanations import addresses
from cds_service.explanations.book import book
from cds_service.pages import html
from cds_service.settings import Client, Settings
from tests.pages.read import Page, read

CONTENT = knowledge.load()
PATHS = tuple(book(CONTENT, ""))
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@cache
def production() -> FlaskClient:
    """In production, below a path of its own, as hospitals put it behind a proxy."""
    ehr = Client(name="main-ehr", issuer="https://ehr.example", jwks_url="https://ehr.example/jwks")
    settings = Settings(
        profile="production",
        public_base_url="https://cds.example/lw",
        clients=(ehr,),
        database_url="none",
    )
    return create_app(settings).test_client()


@cache
def development() -> FlaskClient:
    return create_app(Settings(database_url="none")).test_client()


@cache
def page(path: str) -> Page:
    """As production answers it, without a token."""
    response = production().get(f"/lw{path}", headers=BROWSER)
    assert response.status_code == 200, path
    assert response.mimetype == "text/html"
    return read(response.text)


def plain(words: str) -> str:
    """A text of the content up to where an id, a sign or a code is put into words."""
    return " ".join(re.split(r"\w+_\w+|[<>(*]", words)[0].split())


# ---- each statement has its page


@pytest.mark.parametrize("rule", CONTENT.rules, ids=lambda rule: rule.id)
def test_a_red_flag_says_when_it_fires_and_when_not_what_to_do_and_who_says_so(rule: Rule) -> None:
    found = page(addresses.red_flag(rule.id))
    for words in (rule.title, rule.rationale, rule.matters, rule.next_step, rule.windows):
        assert plain(words) in found.text
    for line in rule.must_not_trigger:
        assert plain(line) in found.text
    assert ("Critical" if rule.critical else "Warning") in found.text
    assert f"Time to act: {CONTENT.policy.urgency[rule.urgency]}" in found.text
    assert "Not yet reviewed by a clinician" in found.text, "no rule is reviewed yet"
    for use in rule.when.uses:
        assert f"/lw{addresses.feature(use.feature, CONTENT)}" in found.links
    for name in {*rule.sources, rule.listed_by, rule.next_step_by}:
        assert f"/lw{addresses.source(name)}" in found.links
    for name in rule.suggests:
        assert f"/lw{addresses.cause(name)}" in found.links


@pytest.mark.parametrize("rule", [rule for rule in CONTENT.rules if rule.critical], ids=lambda rule: rule.id)
def test_a_critical_flag_says_what_lowers_it(rule: Rule) -> None:
    found = page(addresses.red_flag(rule.id))
    never = rule.id in CONTENT.policy.known_recorded.never_for or not rule.suggests
    said = "whatever diagnosis is recorded" if never else "is a recorded diagnosis"
    assert said in found.text
    assert "Comfort-only care" in found.text


@pytest.mark.parametrize("rule", [rule for rule in CONTENT.rules if rule.unless], ids=lambda rule: rule.id)
def test_a_flag_that_stands_back_for_others_says_for_what(rule: Rule) -> None:
    assert rule.unless
    found = page(addresses.red_flag(rule.id))
    assert "stands back for another flag" in found.text
    assert {f"/lw{addresses.feature(use.feature, CONTENT)}" for use in rule.unless.uses} <= set(found.links)


@pytest.mark.parametrize("cause", CONTENT.causes.values(), ids=lambda cause: cause.id)
def test_a_cause_says_what_it_needs_and_all_that_speaks_for_and_against(cause: Cause) -> None:
    found = page(addresses.cause(cause.id))
    for words in (cause.label, cause.key_characteristics, cause.next_step, *cause.key_tests):
        assert plain(words) in found.text
    asked = [
        use.feature for each in (cause.needs, *(row.when for row in cause.evidence)) for use in each.uses
    ]
    assert {f"/lw{addresses.feature(name, CONTENT)}" for name in asked} <= set(found.links)
    weights = re.findall(r'class="weight (\w+)"', _html(addresses.cause(cause.id)))
    assert sorted(weights) == sorted(row.strength.partition("_")[0] for row in cause.evidence)
    flags = {rule.id for rule in CONTENT.rules if cause.id in rule.suggests} | set(cause.red_flags)
    assert {f"/lw{addresses.red_flag(name)}" for name in flags} <= set(found.links)


def _html(path: str) -> str:
    return production().get(f"/lw{path}").text


@pytest.mark.parametrize("feature", CONTENT.features.values(), ids=lambda feature: feature.id)
def test_a_feature_stands_on_the_page_of_its_group_with_the_flags_that_ask_for_it(feature: Feature) -> None:
    path, _, anchor = addresses.feature(feature.id, CONTENT).partition("#")
    part = _part(path, anchor)
    assert feature.id in part.text
    assert plain(feature.definition)[1:] in part.text, "but for the capital"
    flags = [rule.id for rule in CONTENT.rules if any(use.feature == feature.id for use in rule.when.uses)]
    assert {f"/lw{addresses.red_flag(name)}" for name in flags} <= set(part.links)
    assert {f"/lw{addresses.source(name)}" for name in feature.sources} <= set(part.links)


def _part(path: str, anchor: str) -> Page:
    """The section with this id."""
    return read(_html(path).partition(f'id="{anchor}"')[2].partition("</section>")[0])


@pytest.mark.parametrize("name", CONTENT.derived)
def test_a_pattern_stands_with_its_condition_and_what_asks_for_it(name: str) -> None:
    path, _, anchor = addresses.feature(name, CONTENT).partition("#")
    part = _part(path, anchor)
    uses = {use.feature for use in CONTENT.derived[name].when.uses}
    assert {f"/lw{addresses.feature(each, CONTENT)}" for each in uses} <= set(part.links)
    gated = {rule.id for rule in CONTENT.rules if rule.gate == name}
    assert {f"/lw{addresses.red_flag(each)}" for each in gated} <= set(part.links)


@pytest.mark.parametrize("name", CONTENT.sources)
def test_a_source_lists_what_rests_on_it(name: str) -> None:
    part = _part(*addresses.source(name).split("#"))
    assert CONTENT.sources[name].title in part.text
    rules = {rule.id for rule in CONTENT.rules if name in {*rule.sources, rule.listed_by, rule.next_step_by}}
    causes = {
        cause.id
        for cause in CONTENT.causes.values()
        if name in {*cause.sources, *(row.source for row in cause.evidence)}
    }
    assert {f"/lw{addresses.red_flag(each)}" for each in rules} <= set(part.links)
    assert {f"/lw{addresses.cause(each)}" for each in causes} <= set(part.links)


def test_the_lists_lead_to_every_flag_cause_group_and_pattern() -> None:
    assert {f"/lw{addresses.red_flag(rule.id)}" for rule in CONTENT.rules} <= set(
        page(addresses.RED_FLAGS).links
    )
    assert {f"/lw{addresses.cause(name)}" for name in CONTENT.causes} <= set(page(addresses.CAUSES).links)
    features = set(page(addresses.FEATURES).links)
    for name in (*CONTENT.features, *CONTENT.derived):
        assert f"/lw{addresses.feature(name, CONTENT)}" in features


def test_the_content_page_tells_version_digest_and_changes() -> None:
    found = page(addresses.CONTENT).text
    assert CONTENT.digest in found
    for change in CONTENT.changes:
        assert f"Version {change.version}, {change.date}" in found
        assert all(effect in found for effect in change.effects)


# ---- every page


@pytest.mark.parametrize("path", PATHS)
def test_every_link_leads_somewhere(path: str) -> None:
    for link in page(path).links:
        target, _, anchor = link.partition("#")
        where = target.removeprefix("/lw").rstrip("/") if target else path
        assert not target or target.startswith("/lw/"), link
        assert where in {*PATHS, "/transparency"}, link
        assert not anchor or anchor in page(where).ids, link


@pytest.mark.parametrize("path", PATHS)
def test_a_page_loads_nothing_from_elsewhere_and_holds_no_style_or_script_of_its_own(path: str) -> None:
    found = page(path)
    assert found.loaded
    assert all(each.startswith("/lw/assets/") for each in found.loaded)
    assert found.inline == []
    policy = production().get(f"/lw{path}").headers["Content-Security-Policy"]
    assert policy == html.POLICY
    for each in found.loaded:
        assert production().get(each).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_headings_are_in_order_and_ids_name_one_part(path: str) -> None:
    found = page(path)
    levels = found.headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(found.ids) == len(set(found.ids))


@pytest.mark.parametrize("path", PATHS)
def test_a_page_says_what_it_is_for_and_of_which_content(path: str) -> None:
    said = page(path).text
    assert "For clinicians. Supports, and does not replace, clinical judgement" in said
    assert "No card does not mean that there is no red flag" in said
    assert f"Content {CONTENT.version}" in said
    assert CONTENT.digest[:19] in said


@pytest.mark.parametrize("path", PATHS)
def test_no_markdown_is_left_on_a_page(path: str) -> None:
    said = page(path).text
    assert not re.search(r"\*\*|\]\(|\\[*_\[]", said)


# ---- how they are asked for


def test_both_profiles_answer_without_a_token_and_only_development_has_the_bench() -> None:
    assert "Test bench" in development().get(addresses.INDEX).text
    assert "Test bench" not in production().get(f"/lw{addresses.INDEX}").text


@pytest.mark.parametrize("path", ["/", "/lw", "/lw/", "/lw//"])
def test_in_production_the_address_of_the_service_leads_to_what_explains_it(path: str) -> None:
    response = production().get(path)
    assert (response.status_code, response.headers["Location"]) == (302, "/lw/explanations/")


@pytest.mark.parametrize("path", ["/explanations/", "/explanations", "/lw/explanations//red-flags/"])
def test_a_proxy_may_take_the_prefix_off_and_slashes_do_not_matter(path: str) -> None:
    assert production().get(path).status_code == 200


NOWHERE = ["/explanations/red-flags/rf_gone", "/explanations/nothing", "/explanations/causes/../../etc"]


@pytest.mark.parametrize("path", NOWHERE)
def test_who_follows_an_old_link_in_a_browser_gets_a_page_that_helps(path: str) -> None:
    response = production().get(f"/lw{path}", headers=BROWSER)
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    found = read(response.text)
    assert "There is no such page" in found.text
    assert f"/lw{addresses.RED_FLAGS}" in found.links
    assert "gone" not in found.text


@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_what_is_no_browser_gets_the_usual_refusal(accept: Mapping[str, str]) -> None:
    response = production().get("/explanations/nothing", headers=accept)
    assert response.status_code == 404
    assert json.loads(response.data)["resourceType"] == "OperationOutcome"


def test_a_page_that_a_browser_has_is_not_sent_again() -> None:
    path = addresses.red_flag(CONTENT.rules[0].id)
    first = production().get(path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = production().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == html.POLICY


def test_a_page_is_made_once_so_that_readers_take_no_time_from_hook_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = addresses.cause(next(iter(CONTENT.causes)))
    first = production().get(path).data

    def made_again(*_: object, **__: object) -> None:
        raise AssertionError("made twice")

    monkeypatch.setattr(html, "page", made_again)
    assert production().get(path).data == first


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_page_can_only_be_read(method: str) -> None:
    assert production().open(addresses.INDEX, method=method).status_code == 405
