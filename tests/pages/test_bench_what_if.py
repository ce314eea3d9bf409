"""What if: a chart is changed on the page, really called again, compared, and kept as a fixture."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages.reading import QUIET, SADDLE, cards, chart, paste, section, send, words

STROKE = "sudden-right-sided-weakness"
SCIATICA = "Condition/lw-saddle-sciatica"
WEAK = ("add:leg_weakness:today",)


def opened(client: FlaskClient, name: str, *changes: str) -> TestResponse:
    return client.get("/", query_string=[("chart", name), *(("change", each) for each in changes)])


def sent(client: FlaskClient, name: str, *changes: str, **fields: str) -> TestResponse:
    """The form of the page, sent on to where it leads."""
    pressed = {"feature": ""} | fields
    response = send(client, "/", {"chart": name, "change": list(changes)} | pressed)
    if response.status_code == 303:
        return client.get(response.headers["Location"])
    return response


def differing(page: TestResponse) -> str:
    return words(section(page, "differences"))


def applied(page: TestResponse) -> list[str]:
    found = re.search(r'<ol class="applied">(.*?)</ol>', page.text, re.DOTALL)
    return (
        [words(each) for each in re.findall(r"<li>\s*<span>(.*?)</span>", found[1], re.DOTALL)]
        if found
        else []
    )


def test_a_finding_is_added_by_its_label_and_the_card_is_there(client: FlaskClient) -> None:
    page = sent(client, QUIET, *WEAK, feature="Urinary retention (new)", when="today", answer="present")
    assert applied(page) == [
        "Added: weakness stated for one or both legs, today",
        "Added: urinary retention (new), today",
    ]
    assert cards(page)[0][0] == "critical"
    shown = differing(page)
    assert "Card: red flag – added" in shown
    assert "Fires now:" in shown
    assert "Urinary retention (new) not recorded present" in shown


def test_the_page_after_a_change_has_an_address_that_can_be_shared(client: FlaskClient) -> None:
    response = send(
        client, "/", {"chart": QUIET, "moment": "2026-06-17T15:00Z", "feature": "fever", "when": "2h"}
    )
    assert response.status_code == 303
    assert response.headers["Location"] == (
        "/?chart=quiet-chart&ehr=full&moment=2026-06-17T15%3A00Z&change=add%3Afever%3A2h#cards"
    )


@pytest.mark.parametrize(
    ("typed", "change"),
    [
        (
            {"feature": "Potassium", "value": "2.3 mmol/L", "when": "2h"},
            "Added: potassium, 2.3 mmol/L, 2 hours ago",
        ),
        (
            {"feature": "Foot drop", "side": "left", "when": "3 days ago"},
            "Added: foot drop, left, 3 days ago",
        ),
        (
            {"feature": "Spine imaging conclusion", "value": "Cord compression"},
            "Added: spine imaging conclusion, cord compression",
        ),
        ({"feature": "reflexes absent"}, "Added: reduced or absent tendon reflexes (legs)"),
        ({"feature": "babinski", "answer": "denied"}, "Denied: extensor plantar response"),
        ({"redate": SCIATICA, f"to:{SCIATICA}": "5d"}, f"New date: {SCIATICA}, 5 days ago"),
        ({"change": f"remove:{SCIATICA}"}, f"Removed: {SCIATICA}"),
        ({"change": f"negate:{SCIATICA}"}, f"Said to be not so: {SCIATICA}"),
    ],
)
def test_what_is_typed_and_pressed_is_told_in_words(
    client: FlaskClient, typed: dict[str, Any], change: str
) -> None:
    page = sent(client, SADDLE, **typed)
    assert applied(page) == [change]
    assert "Not changed." not in page.text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"feature": "urinary retentoin"}, "Is one of these meant: urinary retention (new)"),
        ({"feature": "Potassium"}, "say a value, such as 2.4 mmol/L"),
        ({"feature": "Potassium", "value": "lots"}, "say a value, such as 2.4"),
        ({"feature": "Fever", "when": "some time"}, "says no time. Say today"),
        ({"redate": SCIATICA}, f"Say the new date of {SCIATICA}"),
        ({"change": "remove:Condition/none"}, "is not in the chart"),
    ],
)
def test_what_cannot_be_done_is_told_and_the_chart_is_shown_as_it_was(
    client: FlaskClient, typed: dict[str, str], why: str
) -> None:
    page = sent(client, SADDLE, **typed)
    assert page.status_code == 200
    assert "Not changed." in page.text
    assert why in unescape(page.text)
    assert cards(page)[0][0] == "critical"
    assert f'value="{typed.get("feature", "")}"' in page.text


def test_every_finding_of_the_chart_can_be_removed_negated_and_dated_where_that_is_true_to_it(
    client: FlaskClient,
) -> None:
    what_if = section(opened(client, SADDLE), "what-if")
    assert 'value="remove:Condition/lw-saddle-sciatica"' in what_if
    assert 'value="negate:Condition/lw-saddle-sciatica"' in what_if
    assert 'name="to:Condition/lw-saddle-sciatica"' in what_if
    assert 'href="#resource-Condition-lw-saddle-sciatica"' in what_if
    numbers = re.findall(r'value="remove:(Observation/[^"]*(?:residual|pvr)[^"]*)"', what_if)
    assert all(f'value="negate:{each}"' not in what_if for each in numbers)


def test_without_its_findings_the_card_is_gone_and_says_so(client: FlaskClient) -> None:
    what_if = section(opened(client, SADDLE), "what-if")
    removing = [each for each in re.findall(r'value="(remove:[^"]+)"', what_if) if "Observation" in each]
    page = opened(client, SADDLE, *removing)
    assert "No longer fires:" in differing(page)


def test_a_change_is_taken_back_and_all_are(client: FlaskClient) -> None:
    made = [*WEAK, "add:fever:today"]
    what_if = section(opened(client, QUIET, *made), "what-if")
    assert re.findall(r'name="without" value="([^"]+)"', what_if) == made
    kept = [
        re.findall(r'name="change" value="([^"]+)"', form)
        for form in re.findall(r"<form.*?</form>", what_if, re.DOTALL)
    ]
    assert made in kept
    assert [] in kept  # start over
    fewer = client.get("/", query_string={"chart": QUIET, "change": made, "without": "add:fever:today"})
    assert re.findall(r'name="without" value="([^"]+)"', section(fewer, "what-if")) == list(WEAK)


def test_what_does_not_count_is_told_with_what_stands_against_it(client: FlaskClient) -> None:
    page = opened(client, QUIET, "add:leg_weakness:2d")
    said = words(section(page, "what-if"))
    assert "was added and does not count: QuestionnaireResponse/lw-quiet-questionnaire" in said


def test_a_change_that_makes_no_difference_is_said_to_make_none(client: FlaskClient) -> None:
    assert "makes no difference" in differing(
        opened(client, QUIET, "remove:Procedure/lw-quiet-appendicectomy")
    ) or ("makes no difference" in differing(opened(client, QUIET, "add:body_weight:80 kg:400d")))


def test_a_pasted_chart_is_changed_without_an_address(client: FlaskClient) -> None:
    page = paste(
        client, json.dumps(chart(QUIET)), change=["add:leg_weakness:today"], feature="urinary_retention"
    )
    assert page.status_code == 200
    assert cards(page)[0][0] == "critical"
    assert len(applied(page)) == 2
    assert 'name="document"' in section(page, "what-if")


def test_the_ehr_may_send_its_server_alone_for_a_changed_chart(client: FlaskClient) -> None:
    page = client.get(
        "/",
        query_string=[
            ("chart", QUIET),
            ("ehr", "fhir"),
            ("change", WEAK[0]),
            ("change", "add:urinary_retention"),
        ],
    )
    assert cards(page)[0][0] == "critical"
    assert "rf_ces" in page.text


def test_record_text_is_shown_as_text(client: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    page = opened(client, QUIET, f"remove:Condition/{evil}")
    assert evil not in page.text


def test_no_style_and_no_script_stands_in_the_page(client: FlaskClient) -> None:
    page = opened(client, STROKE, "add:comfort_care:today")
    assert not re.search(r"style=|onclick=|<style", page.text)


def test_every_field_has_a_label_and_every_id_is_used_once(client: FlaskClient) -> None:
    page = opened(client, SADDLE, "add:fever:today")
    what_if = section(page, "what-if")
    fields = re.findall(r'<(?:input|select)(?![^>]*type="hidden")[^>]* id="([^"]+)"', what_if)
    assert fields
    assert all(f'for="{each}"' in what_if for each in fields)
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert sorted({each for each in ids if ids.count(each) > 1}) == []


def test_the_changed_chart_is_downloaded_as_a_fixture(client: FlaskClient) -> None:
    response = send(client, "/bench/download", {"chart": SADDLE, "change": ["add:fever:today"]})
    assert response.status_code == 200
    assert response.mimetype == "application/zip"
    assert "sciatica-with-saddle-numbness-changed.zip" in response.headers["Content-Disposition"]
    with ZipFile(BytesIO(response.data)) as folder:
        files = {each.rpartition("/")[2] for each in folder.namelist()}
    assert files == {"chart.json", "call.json", "expected.json", "story.md"}


def test_what_cannot_be_downloaded_is_told(client: FlaskClient) -> None:
    response = send(client, "/bench/download", {"chart": SADDLE, "change": ["add:nothing"]})
    assert response.status_code == 422
    assert "is no feature" in unescape(response.text)


def test_another_site_gets_no_download(client: FlaskClient) -> None:
    response = send(client, "/bench/download", {"chart": SADDLE}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
