"""No log line of ours can say what nobody foresaw: its words are fixed, its values checked."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from cds_service.log_fields import FIELDS, NOT_SHOWN, shown
from cds_service.logs import only_known_fields
from tests.house.rules import Module, modules

TOP = Path(__file__).resolve().parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "fatal", "log", "msg"}
SENTENCES = (
    "cds_service/server.py",
    "cds_service/journal/opening.py",
    "cds_service/site/switches_file.py",
    "cds_service/site/tuning.py",
    "cds_service/trust/key_set.py",
)
"""Where `problem` may be logged: of settings, switches, content, database, public keys; never of a call."""


def careless_lines(tree: Path) -> list[str]:
    return [
        module.at(call, what)
        for module in modules(tree, "cards", "cds_service")
        for call in _log_calls(module)
        for what in _careless(call, module.name)
    ]


def _log_calls(module: Module) -> Iterator[ast.Call]:
    for node in ast.walk(module.code):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "logger" | "logging"), attr=name)):
                if name in LEVELS:
                    yield node


def _careless(call: ast.Call, place: str) -> Iterator[str]:
    match call.args:
        case [ast.Constant(value=str(event))] if shown("event", event) != NOT_SHOWN:
            pass
        case _:
            yield "the event is not one fixed text"
    for given in call.keywords:
        if given.arg is None:
            # The one double star is the class of an error, in cds_service/logs.py.
            if not (place == "cds_service/logs.py" and ast.unparse(given.value).startswith("_error(")):
                yield "fields that nobody can see here (**)"
        elif given.arg not in FIELDS:
            yield f"{given.arg} is not listed in cds_service/log_fields.py"
        elif given.arg == "problem" and place not in SENTENCES:
            yield "a problem in sentences is for what happens at start"


def other_ways_out(tree: Path) -> list[str]:
    """Lines that would go past the fields: the standard library's loggers, warnings, and bare writing."""
    found = []
    for module in modules(tree, "cards", "cds_service"):
        for node in ast.walk(module.code):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="logging"), attr="getLogger")):
                    found.append(module.at(node, "a logger of the standard library"))
                case ast.Call(func=ast.Attribute(value=ast.Name(id="warnings"), attr="warn")):
                    found.append(module.at(node, "a warning"))
                case ast.Attribute(value=ast.Name(id="sys"), attr="stderr") if module.name not in {
                    "cds_service/logs.py",
                    "cds_service/log_outlet.py",
                }:
                    found.append(module.at(node, "the standard error"))
                case ast.Attribute(value=ast.Name(id="traceback"), attr=name) if name.startswith(
                    ("print", "format")
                ):
                    found.append(module.at(node, "a traceback with its message"))
    return found


def test_every_line_is_fixed_and_its_fields_are_listed() -> None:
    assert careless_lines(TOP) == []
    assert other_ways_out(TOP) == []


def test_every_field_is_used() -> None:
    used = {
        word.arg
        for module in modules(TOP, "cds_service")
        for call in _log_calls(module)
        for word in call.keywords
    }
    by_structlog = {"event", "level", "timestamp", "request"}
    assert FIELDS.keys() - used - by_structlog <= {"client", "trigger"}


@pytest.mark.parametrize(
    "line",
    [
        "log.info(f'{name} refused')",
        "log.info(name)",
        "log.info('refused %s', name)",
        "log.info('refused', patient=name)",
        "log.info('refused', **fields)",
        "log.error('failed', problem=str(error))",
        "log.info('Snowdrop, 1.5.1960')",
    ],
)
def test_a_careless_line_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "cds_service").mkdir()
    (tmp_path / "cards").mkdir()
    (tmp_path / "cds_service" / "new.py").write_text(textwrap.dedent(line) + "\n")
    assert len(careless_lines(tmp_path)) == 1


@pytest.mark.parametrize(
    "line",
    ["logging.getLogger().warning(x)", "warnings.warn(x)", "sys.stderr.write(x)", "traceback.print_exc()"],
)
def test_another_way_out_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "cds_service").mkdir()
    (tmp_path / "cards").mkdir()
    (tmp_path / "cds_service" / "new.py").write_text(line + "\n")
    assert len(other_ways_out(tmp_path)) == 1


CARELESS: list[Any] = [
    "Snowdrop",
    "Mrs Snowdrop, born 1960-05-01",
    "Patient/4711",
    "eyJhbGciOiJSUzM4NCJ9.e30.c2ln",
    "https://fhir.example/r4/Patient/4711",
    "1960-05-01",
    "weak\nlegs",
    {"name": "Snowdrop"},
    ["Snowdrop Family", "Patient/4711"],
    {"Snowdrop said": "weak legs"},
    ("Snowdrop",),
    b"Snowdrop",
    ValueError("Snowdrop"),
    "x" * 3000,
    10**15,
]
LOOSE = {"problem", "client", "source", "content", "red_flags", "states", "fetched", "resource_type"}
"""Given by the installation or the content, never by a call; these take a bare word, not a sentence."""


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - LOOSE))
def test_a_careless_value_is_not_shown(name: str) -> None:
    kept = [value for value in CARELESS if shown(name, value) != NOT_SHOWN]
    assert kept == []


@pytest.mark.parametrize("name", sorted(LOOSE - {"problem", "client"}))
def test_no_sentence_is_shown(name: str) -> None:
    kept = [value for value in CARELESS if " " in str(value) and shown(name, value) != NOT_SHOWN]
    assert kept == []


def test_what_is_not_listed_is_dropped() -> None:
    event = {"event": "refused", "patient": "Snowdrop", "reason": "Mrs Snowdrop", "count": 3}
    assert only_known_fields(None, "info", event) == {"event": "refused", "reason": NOT_SHOWN, "count": 3}


@pytest.mark.parametrize(
    "reason", ["no-token", "KeyError", f"{OperationalError.__name__} SQLITE_FULL", "too-large"]
)
def test_a_code_is_shown(reason: str) -> None:
    assert shown("reason", reason) == reason


def test_a_new_kind_of_error_is_known_by_its_name() -> None:
    assert shown("error", "NeverHeardOf") == NOT_SHOWN
    made = type("HeardOfNow", (ValueError,), {})
    assert shown("error", made.__name__) == "HeardOfNow"
