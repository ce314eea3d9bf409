"""What a site may set in the content: within a range, by somebody, for a reason, and seen on every card."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from math import inf, nan
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError
from structlog.testing import capture_logs

from cards.content_files import ContentError, Table
from cards.knowledge import Knowledge, load
from cards.tunable import Tuning, TuningRefused, read_tunable, tuned
from cds_service.app import create_app
from cds_service.cli import main
from cds_service.errors import SettingsRefused
from cds_service.settings import Settings
from cds_service.site import tuning
from tests.wire.calls import bundle, cards, condition, everything

WHO = {"by": "Dr A. Example", "reason": "decided on 3 June", "on": "2026-06-03"}
NUMB = ("rf_persistent_numb", "onset_or_worsening_stated")


@cache
def content() -> Knowledge:
    return load()


def number(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": value, **WHO}


def narrowed() -> dict[str, str]:
    return {"rule": NUMB[0], "option": NUMB[1], **WHO}


def settings(**given: Any) -> Settings:
    return Settings(database_url="none", **given)


def test_untuned_content_is_the_very_same() -> None:
    assert tuned(content(), Tuning({})) is content()


@pytest.mark.parametrize("name", ["causes_listed", "points_to_list", "too_few_causes"])
def test_a_number_holds_within_its_range_and_not_beyond(name: str) -> None:
    limits = content().tunable.numbers[name]
    part, key = limits.sets.split(".")
    for value in range(limits.least, limits.most + 1):
        found = tuned(content(), Tuning({name: value}))
        assert getattr(getattr(found.policy, part), key) == value
    for wrong in (limits.least - 1, limits.most + 1, limits.least + 0.5, inf, -inf, nan):
        with pytest.raises(SettingsRefused, match=rf"{name}: .* from {limits.least} to {limits.most}"):
            tuning.applied(content(), settings(tuning=(number(name, wrong),)))


def test_nothing_else_can_be_set() -> None:
    with pytest.raises(SettingsRefused, match=r"first_cause_gap_points: .*it offers causes_listed"):
        tuning.applied(content(), settings(tuning=(number("first_cause_gap_points", 1),)))
    with pytest.raises(TuningRefused, match="rf_ces: cannot be narrowed by anything; the content offers"):
        tuned(content(), Tuning({}, (("rf_ces", "anything"),)))


def test_the_same_twice_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="tuning: causes_listed stands there twice"):
        tuning.applied(content(), settings(tuning=(number("causes_listed", 3), number("causes_listed", 4))))


@pytest.mark.parametrize("lacking", ["by", "reason", "on"])
def test_nobody_tunes_without_saying_who_why_and_when(lacking: str) -> None:
    for key, whole in (("tuning", number("causes_listed", 3)), ("narrowing", narrowed())):
        for given in ({}, {lacking: " "}):
            said = {name: value for name, value in whole.items() if name != lacking} | given
            with pytest.raises(ValidationError, match=lacking):
                settings(**{key: (said,)})


def test_tuned_content_shows_that_it_is() -> None:
    three, four = (tuned(content(), Tuning({"causes_listed": value})) for value in (3, 4))
    assert three.version == f"{content().version}+site"
    assert len({content().digest, three.digest, four.digest}) == 3
    assert three.digest == tuned(content(), Tuning({"causes_listed": 3.0})).digest
    assert three.digest.startswith("sha256:")


def test_each_start_says_who_tuned_what_and_why() -> None:
    with capture_logs() as lines:
        tuning.say(content(), settings(tuning=(number("causes_listed", 3),), narrowing=(narrowed(),)))
    assert [line["problem"].partition(", by ")[0] for line in lines] == [
        "causes_listed = 3 (default 5)",
        "rf_persistent_numb narrowed by onset_or_worsening_stated",
    ]
    assert all(line["problem"].endswith("Dr A. Example on 2026-06-03: decided on 3 June") for line in lines)


def test_cards_pages_and_health_have_the_tuned_content() -> None:
    app = create_app(settings(tuning=(number("causes_listed", 3),), narrowing=(narrowed(),)))
    client = app.test_client()
    chart = everything(conditions=bundle(condition("weakness of both legs")))
    first, *_ = cards(client, chart)
    told = first["extension"]["org.leg-weakness-cds.assessment"]["content"]
    assert told["version"].endswith("+site")
    assert "+site" in first["source"]["label"]
    assert client.get("/healthz").get_json()["content"] == told
    order = " ".join(client.get("/explanations/causes").text.split())
    assert "at most 3 are listed" in order
    assert "at most 5 are listed" not in order
    page = client.get("/explanations/red-flags/rf_persistent_numb")
    assert page.status_code == 200
    assert "At this site only when the record states when the weakness began" in page.text


def test_a_narrowed_rule_fires_only_where_the_option_holds_too() -> None:
    rule, before = (
        next(each for each in found.rules if each.id == NUMB[0])
        for found in (tuned(content(), Tuning({}, (NUMB,))), content())
    )
    option = content().tunable.narrowings[NUMB].only_if
    assert rule.when.features == before.when.features | option.features
    assert rule.when.text == f"({before.when.text}) and ({option.text})"
    assert (rule.gate, rule.critical, rule.topic) == (before.gate, before.critical, before.topic)


def test_no_critical_rule_offers_an_option() -> None:
    rules = {rule.id: rule for rule in content().rules}
    assert content().tunable.narrowings
    assert not any(rules[each.rule].critical for each in content().tunable.narrowings.values())
    critical = next(rule.id for rule in content().rules if rule.critical)
    with pytest.raises(ContentError, match=f"{critical} is critical, and cannot be narrowed"):
        read({"narrowing": [{**OPTION, "rule": critical}]})


NUMBER = {
    "id": "a", "sets": "scoring.max_listed", "what": "x", "default": 5, "min": 3, "max": 5, "why": "x",
    "source": "S53",
}  # fmt: skip
OPTION = {"rule": NUMB[0], "option": "o", "what": "x", "only_if": "worsening", "why": "x", "source": "S53"}


def read(given: dict[str, Any]) -> object:
    whole = {"number": [NUMBER], "narrowing": [OPTION]} | given
    return read_tunable(Table("tunable.toml", "", whole), content().policy, content().rules)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"number": [{**NUMBER, "default": 4}]}, "is not what policy.toml has"),
        ({"number": [{**NUMBER, "max": 4}]}, "not between min and max"),
        ({"number": [{**NUMBER, "sets": "scoring.first_cause_gap_points"}]}, "is not one of"),
        ({"number": [NUMBER, NUMBER]}, "twice"),
        ({"narrowing": [OPTION, OPTION]}, "twice"),
        ({"narrowing": [{**OPTION, "rule": "rf_none"}]}, "is not one of"),
        ({"number": [{**NUMBER, "odd": 1}]}, "unknown key"),
    ],
)
def test_limits_that_are_not_sound_are_refused(given: dict[str, Any], problem: str) -> None:
    read({})
    with pytest.raises(ContentError, match=problem):
        read(given)


def test_the_tuned_content_still_assesses() -> None:
    """All that asks the content by identity takes the tuned one as content of its own."""
    app = create_app(settings(tuning=(number("causes_listed", 3),)))
    chart = everything(conditions=bundle(condition("sudden weakness of right leg and arm")))
    first, *_ = cards(app.test_client(), chart)
    assert first["indicator"] == "critical"
    causes = first["extension"]["org.leg-weakness-cds.assessment"]["causes"]
    assert len(causes) <= 3


def test_the_command_lists_what_can_be_set_and_what_is() -> None:
    variables = {"LEG_WEAKNESS_CDS_TUNING": json.dumps([number("causes_listed", 3)])}
    result = CliRunner().invoke(main, ["content", "tunable"], env=variables)
    assert result.exit_code == 0, result.output
    assert "causes_listed: 3 to 5, default 5" in result.output
    assert "causes_listed = 3 (default 5), by Dr A. Example" in result.output
    told = json.loads(CliRunner().invoke(main, ["content", "tunable", "--json"]).stdout)
    assert [each["name"] for each in told["numbers"]] == list(content().tunable.numbers)
    assert told["tuning"] == []
    refused = CliRunner().invoke(
        main,
        ["content", "tunable"],
        env={"LEG_WEAKNESS_CDS_TUNING": json.dumps([number("causes_listed", 9)])},
    )
    assert refused.exit_code == 2
    assert "from 3 to 5" in refused.output


def test_the_date_is_one() -> None:
    assert settings(tuning=(number("causes_listed", 3),)).tuning[0].on == date(2026, 6, 3)
    with pytest.raises(ValidationError):
        settings(tuning=(number("causes_listed", 3) | {"on": "June"},))
