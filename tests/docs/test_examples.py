"""The examples of the documents run as they stand: commands, settings, JSON, what is said."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from cards import knowledge
from cards.conditions import condition
from cards.content_files import ContentError
from cards.cross_references import OTHER_TOPICS
from cds_service import fixtures, settings
from cds_service.app import create_app
from cds_service.cli import main
from cds_service.hooks import ACKNOWLEDGED
from cds_service.journal import opening
from cds_service.settings import Settings
from cds_service.site import local_codes
from tests.docs.command_pages import COMMAND, commands
from tests.docs.examples import (
    LISTED,
    NOT_CALLED,
    OTHER_COMMANDS,
    RUN_ELSEWHERE,
    Kind,
    Why,
    all_blocks,
    kind_of,
    lines_of,
    listed,
    of_kind,
    other_command,
)
from tests.docs.markdown import TOP, Block, text
from tests.docs.test_names import groups
from tests.write_evaluation import COLUMNS

CONTENT = knowledge.load()
PLACES = ("/etc", "/var/lib/leg-weakness-cds", "/var/log/leg-weakness-cds", "/run/secrets")
"""Folders of a machine, which stand for folders of the test."""
SITE = """
public_base_url = "https://cds.hospital.example/cds"
switches_file = "switches.toml"
local_codes = "codes"

[[clients]]
name = "main-ehr"
"""


def _id(block: Block) -> str:
    return f"{block.page}:{block.line}"


# ---- every block is something, and what is not run says why


@pytest.mark.parametrize("block", all_blocks(), ids=_id)
def test_of_every_block_somebody_has_said_what_it_is(block: Block) -> None:
    assert kind_of(block), f"{_id(block)}: make it run, or list it in tests/docs/examples.py: {block.first}"


def test_there_are_blocks_of_every_kind() -> None:
    assert {kind_of(block) for block in all_blocks()} >= set(Kind)
    assert len(of_kind(Kind.COMMANDS)) > 10


def test_nothing_is_listed_that_is_not_there() -> None:
    assert {listed(block) for block in all_blocks()} - {None} == set(LISTED)


def test_a_block_that_is_none_of_them_is_found() -> None:
    assert kind_of(Block("docs/x.md", 1, "systemctl start nonsense")) is None
    assert kind_of(Block("docs/x.md", 1, f"{COMMAND} fixture\nrm -rf x")) is None


@pytest.mark.parametrize(
    "why", [*LISTED.values(), *OTHER_COMMANDS.values(), *NOT_CALLED.values(), *RUN_ELSEWHERE.values()]
)
def test_what_is_not_run_has_a_reason_and_what_holds_it_is_there(why: Why) -> None:
    assert len(why.reason) > 8
    group = why.held_by.removeprefix("./check ")
    assert not why.held_by or group in groups() or (TOP / why.held_by).is_file()


# ---- commands


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with what the examples name: settings, charts with labels, codes of the site, a key."""
    home = tmp_path_factory.mktemp("site")
    now = datetime.now(UTC)
    for folder in ("CHARTS", "charts", "codes", "etc/leg-weakness-cds", *(each[1:] for each in PLACES[1:])):
        (home / folder).mkdir(parents=True)
    (home / "run/secrets/audit-token").write_text("a-token-of-the-example")
    for folder in ("content", "content-new"):
        shutil.copytree(knowledge.BESIDE, home / "etc/leg-weakness-cds" / folder)
    for number, block in enumerate(local_files()):
        for folder in ("codes", "etc/leg-weakness-cds"):
            (home / folder / f"codes-{number}.json").write_text(block.text)
    shutil.copytree(home / "codes", home / "etc/leg-weakness-cds/codes")
    for name in ("service.toml", "etc/leg-weakness-cds.toml", "etc/leg-weakness-cds/service.toml"):
        (home / name).write_text(SITE)
    chart = fixtures.chart("sciatica-with-saddle-numbness", now)
    for name in ("chart.json", "CHARTS/ward.json", "charts/ward.json"):
        (home / name).write_text(json.dumps(chart))
    (home / "call.json").write_text(json.dumps(fixtures.call("sudden-right-sided-weakness", now)))
    (home / "test-client.pem").write_text("its content is not read here")
    person = chart["entry"][0]["resource"]["id"]
    row = ["ward", person, "critical", "yes", "yes", "yes", "yes", "made up", now.isoformat(), "cauda_equina"]
    with (home / "charts/labels.csv").open("w", encoding="utf-8", newline="") as labels:
        csv.writer(labels).writerows([COLUMNS, row])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("LEG_WEAKNESS_CDS_CONFIG", str(home / "service.toml"))
        patch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL", f"sqlite:///{home / 'journal.db'}")
        for journal in (home / "journal.db", home / "var/lib/leg-weakness-cds/journal.db"):
            opening.upgrade(Settings(database_url=f"sqlite:///{journal}"))
        yield home


@cache
def service() -> FlaskClient:
    return create_app(Settings(database_url="none")).test_client()


def placed(written: str, home: Path) -> str:
    for place in PLACES:
        written = written.replace(f"{place}/", f"{home}{place}/")
    return written


@pytest.mark.parametrize("block", of_kind(Kind.COMMANDS), ids=_id)
def test_commands_run_one_after_the_other(block: Block, site: Path) -> None:
    for line in lines_of(block):
        given = b""
        for piece in placed(line, site).split(" | "):
            given = run(shlex.split(piece), given)


def run(words: list[str], given: bytes) -> bytes:
    """What one piece of a pipe gives; curl asks the service here, without a server."""
    if words[0] == "curl":
        return asked(words, given)
    variables = dict(each.split("=", 1) for each in takewhile(lambda word: "=" in word, words))
    words = words[len(variables) :]
    words, _, target = (words[:-2], ">", words[-1]) if ">" in words else (words, "", "")
    assert words[0].endswith(COMMAND)
    command = command_of(words)
    if " ".join(command) in NOT_CALLED:
        commands()[command].make_context(command[-1], words[1 + len(command) :])
        return b""
    result = CliRunner(env=variables).invoke(main, words[1:], input=given)
    assert result.exit_code == 0, (words, result.output)
    assert result.stdout_bytes
    if target:
        Path(target).write_bytes(result.stdout_bytes)
    return result.stdout_bytes


def command_of(words: list[str]) -> tuple[str, ...]:
    return next(each for each in commands() if tuple(words[1 : 1 + len(each)]) == each)


def asked(words: list[str], given: bytes) -> bytes:
    """As curl would be: `-d @-` posts what comes in, `-H` is the kind of it."""
    assert words[1:5] == ["-s", "-H", "Content-Type: application/json", "-d"]
    assert words[5] == "@-"
    base = Settings().base_url
    assert words[6].startswith(base)
    answer = service().post(words[6].removeprefix(base), data=given, content_type="application/json")
    assert answer.status_code == 200
    assert answer.get_json()["cards"]
    given_back: bytes = answer.data
    return given_back


@pytest.mark.parametrize("block", of_kind(Kind.OTHER_COMMANDS), ids=_id)
def test_modules_that_are_run_by_name_are_there(block: Block) -> None:
    for line in lines_of(block):
        assert other_command(line)
        for name in re.findall(r"^python -m ((?:benchmarks|tests)[\w.]*)", line):
            assert (TOP / name.replace(".", "/")).is_dir() or (TOP / f"{name.replace('.', '/')}.py").is_file()


def test_modules_that_are_named_in_sentences_are_there() -> None:
    pages = map(text, ("README.md", "docs/development.md", "docs/content.md"))
    named = {name for page in pages for name in re.findall(r"`python -m ([\w.]+)", page)}
    assert len(named) > 5
    for name in named:
        assert (TOP / f"{name.replace('.', '/')}.py").is_file(), name


# ---- settings


@pytest.mark.parametrize("block", of_kind(Kind.SETTINGS), ids=_id)
def test_settings_are_accepted(block: Block, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEG_WEAKNESS_CDS_CONFIG")
    results = site / "etc/leg-weakness-cds/evaluation.json"
    if not results.is_file():
        results.write_bytes(run([COMMAND, "evaluate", "charts", "--json"], b""))
    file = site / "example.toml"
    file.write_text(placed(block.text, site))
    found = settings.load(file)
    assert found.model_fields_set >= tomllib.loads(block.text).keys()


# ---- JSON


def local_files() -> list[Block]:
    """ConceptMaps and ValueSets."""
    return [block for block in of_kind(Kind.JSON) if '"resourceType"' in block.text]


@pytest.mark.parametrize("block", of_kind(Kind.JSON), ids=_id)
def test_json_is_what_the_service_takes_or_gives(block: Block, tmp_path: Path) -> None:
    whole: dict[str, Any] = json.loads(block.text)
    match whole:
        case {"resourceType": "ConceptMap" | "ValueSet"}:
            (tmp_path / "codes.json").write_text(block.text)
            assert local_codes.load((tmp_path,), CONTENT, {}).codes.meanings
        case {"cards": [], "extension": {**told}}:
            assert list(told) == [ACKNOWLEDGED]
            assert set(whole["extension"][ACKNOWLEDGED]["topics"]) <= {
                str(CONTENT.wording[key]) for key in OTHER_TOPICS
            }
        case {"status": _, "parts": parts}:
            given = service().get("/readyz").get_json()
            assert given.keys() == whole.keys()
            assert all(given["parts"][name].keys() == part.keys() for name, part in parts.items())
        case _:
            pytest.fail(f"{_id(block)}: say here what it is: {sorted(whole)}")


# ---- what is said, and what the content may hold


def shown(page: str, begins: str) -> list[str]:
    (block,) = [each for each in all_blocks() if each.page == page and each.first.startswith(begins)]
    return block.text.splitlines()


def test_the_refusals_of_content_are_what_is_said(tmp_path: Path) -> None:
    unknown, extra = shown("docs/content.md", "red_flags.toml: rf_stroke")
    changes = [
        (unknown, "red_flags.toml", "sudden_recent", "sudden_onset"),
        (extra, "features/motor.toml", "[leg_weakness]\n", "[leg_weakness]\nwindow_weeks = 2\n"),
    ]
    for number, (said, file, was, now) in enumerate(changes):
        folder = tmp_path / str(number)
        shutil.copytree(knowledge.BESIDE, folder)
        written = (folder / file).read_text(encoding="utf-8")
        assert was in written
        (folder / file).write_text(written.replace(was, now, 1), encoding="utf-8")
        with pytest.raises(ContentError) as refused:
            knowledge.load(folder)
        assert said in str(refused.value)


def test_the_conditions_are_conditions_of_the_content() -> None:
    for line in shown("docs/content.md", "sudden_recent and"):
        for use in condition(line).uses:
            assert use.feature in CONTENT.features or use.feature in CONTENT.derived, use.feature
