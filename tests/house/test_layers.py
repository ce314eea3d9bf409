"""Who may import whom, and who may touch what; each rule is shown to be able to fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import rules

TOP = Path(__file__).resolve().parents[2]

Rule = Callable[[Path], list[str]]


def tree(folder: Path, name: str, code: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code)
    return folder


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rule(rule: Rule) -> None:
    assert rule(TOP) == []


def test_the_rules_see_the_whole_house() -> None:
    seen = {module.name for module in rules.modules(TOP, "cards", "cds_service")}
    assert {"cards/findings.py", "cds_service/places.py"} <= seen


def test_exactly_two_handlers_catch_anything_per_resource_and_per_stage() -> None:
    handlers = rules.broad_handlers(TOP)
    assert len(handlers) == 2, handlers
    assert [name for name in handlers if name == "cds_service/answer.py"], handlers
    assert [name for name in handlers if name.startswith("cds_service/evidence")], handlers


@pytest.mark.parametrize(
    ("rule", "name", "code"),
    [
        (rules.cards_stand_alone, "cards/card.py", "import cds_service.answer"),
        (rules.cards_stand_alone, "cards/card.py", "from cds_service import answer"),
        (rules.cards_stand_alone, "cards/deep/er.py", "def late():\n    import msgspec"),
        (rules.cards_stand_alone, "cards/card.py", "from .. import cds_service"),
        (rules.cards_stand_alone, "cards/card.py", "import importlib\nimportlib.import_module('flask')"),
        (rules.cards_stand_alone, "cards/card.py", "__import__(name)"),
        (rules.web_framework_at_the_edge, "cds_service/hooks.py", "from flask import request"),
        (rules.web_framework_at_the_edge, "cds_service/application.py", "import flask_cors"),
        (rules.outgoing_calls_in_their_places, "cds_service/record.py", "import requests"),
        (rules.outgoing_calls_in_their_places, "cds_service/record.py", "from urllib import request"),
        (rules.outgoing_calls_in_their_places, "cds_service/record.py", "from urllib.request import urlopen"),
        (rules.outgoing_calls_in_their_places, "cards/knowledge.py", "import socket"),
        (rules.environment_in_settings_only, "cds_service/app.py", "import os\nos.environ['A']"),
        (rules.environment_in_settings_only, "cds_service/app.py", "from os import getenv"),
        (rules.environment_in_settings_only, "cds_service/app.py", "import os as system"),
        (rules.no_wall_clock_in_the_core, "cards/features.py", "datetime.now(UTC)"),
        (rules.no_wall_clock_in_the_core, "cards/features.py", "moment = dt.date.today"),
        (rules.no_wall_clock_in_the_core, "cds_service/evidence.py", "datetime.utcnow()"),
        (rules.no_wall_clock_in_the_core, "cds_service/evidence/dates.py", "from time import time"),
    ],
)
def test_a_breach_is_found(rule: Rule, name: str, code: str, tmp_path: Path) -> None:
    (breach,) = rule(tree(tmp_path, name, code))
    assert breach.startswith(f"{name}:")


@pytest.mark.parametrize(
    ("rule", "name", "code"),
    [
        (rules.cards_stand_alone, "cards/card.py", "from . import findings\nfrom cards.findings import When"),
        (rules.cards_stand_alone, "cds_service/answer.py", "import cards.card, msgspec"),
        (rules.web_framework_at_the_edge, "cds_service/app.py", "import flask"),
        (rules.web_framework_at_the_edge, "cds_service/pages/rules.py", "from flask import Blueprint"),
        (rules.outgoing_calls_in_their_places, "cds_service/fhir.py", "import requests"),
        (rules.outgoing_calls_in_their_places, "cds_service/hooks.py", "from urllib.parse import urlsplit"),
        (rules.environment_in_settings_only, "cds_service/settings.py", "import os\nos.environ['A']"),
        (rules.environment_in_settings_only, "cds_service/cli.py", "import os\nos.cpu_count()"),
        (rules.no_wall_clock_in_the_core, "cds_service/answer.py", "datetime.now(UTC)"),
        (rules.no_wall_clock_in_the_core, "cards/features.py", "from datetime import datetime, time"),
    ],
)
def test_what_is_allowed_is_not_a_breach(rule: Rule, name: str, code: str, tmp_path: Path) -> None:
    assert rule(tree(tmp_path, name, code)) == []


@pytest.mark.parametrize(
    "code",
    [
        "try: f()\nexcept: pass",
        "try: f()\nexcept Exception: raise",
        "try: f()\nexcept (KeyError, BaseException) as problem: pass",
        "try: f()\nexcept builtins.Exception: pass",
        "try: f()\nexcept* Exception: pass",
        "with contextlib.suppress(Exception): f()",
    ],
)
def test_a_handler_for_anything_is_found_however_it_is_written(code: str, tmp_path: Path) -> None:
    assert rules.broad_handlers(tree(tmp_path, "cds_service/hooks.py", code)) == ["cds_service/hooks.py"]


def test_a_handler_for_one_thing_is_not_a_handler_for_anything(tmp_path: Path) -> None:
    assert (
        rules.broad_handlers(tree(tmp_path, "cds_service/hooks.py", "try: f()\nexcept ValueError: pass"))
        == []
    )
