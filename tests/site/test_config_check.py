"""`config check` and `content export`: what a site asks before it starts the service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cards.knowledge import load
from cds_service.cli import main
from cds_service.settings import Settings
from cds_service.site.config_command import HIDDEN
from cds_service.watch import self_test
from tests.wire.ehr import ec_key, jwk, jwks

SITE = """
profile = "production"
public_base_url = "https://cds.hospital.example/cds"
database_url = "postgresql+psycopg://cds:canary-password@db.hospital.example/journal"
rate_limit_storage = "rediss://:canary-secret@redis.hospital.example"
mode = "silent"
"""
CLIENT = """
[[clients]]
name = "main-ehr"
issuer = "https://ehr.hospital.example/fhir"
jwks_file = "{keys}"
"""


def checked(folder: Path, text: str, *more: str) -> Result:
    keys = folder / "keys.json"
    keys.write_bytes(jwks(jwk(ec_key(), "one")))
    file = folder / "service.toml"
    file.write_text(text.replace("{keys}", str(keys)))
    return CliRunner().invoke(main, ["config", "check", "--config", str(file), *more])


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEG_WEAKNESS_CDS_DATABASE_URL")


def test_settings_that_the_service_would_start_with_are_said_without_their_secrets(tmp_path: Path) -> None:
    told = checked(tmp_path, SITE + CLIENT)
    assert told.exit_code == 0, told.output
    assert "Client:    main-ehr, silent; issuer https://ehr.hospital.example/fhir" in told.output
    assert "Journal:   postgresql+psycopg://db.hospital.example/journal" in told.output
    assert load().digest in told.output
    assert "canary" not in told.output


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (True, "Switches:  {file}\n"),
        (False, "Switches:  {file}: its folder is not there, so cards cannot be"),
    ],
)
def test_switches_that_nobody_could_use_are_said_before_they_are_needed(
    tmp_path: Path, *, there: bool, told: str
) -> None:
    """A path mistyped, or a folder not mounted: the service starts, and nothing would stop its cards."""
    file = tmp_path / "mounted" / "switches.toml"
    if there:
        file.parent.mkdir()
    said = checked(tmp_path, f'switches_file = "{file}"\n{SITE}{CLIENT}')
    assert said.exit_code == 0
    assert told.format(file=file) in said.output


def test_every_setting_is_shown_as_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "address").write_text("postgresql+psycopg://cds:canary-password@db.hospital.example/other\n")
    monkeypatch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL_FILE", str(tmp_path / "address"))
    told = checked(tmp_path, SITE.replace("database_url", "# database_url") + CLIENT)
    lines = told.stdout.splitlines()
    assert 'profile = "production"' in lines
    assert "retention_days = 400   (default)" in lines
    assert 'database_url = "postgresql+psycopg://db.hospital.example/other"' in lines
    assert f'rate_limit_storage = "{HIDDEN}"' in lines
    shown = {name for line in lines for name, equals, _ in [line.partition(" = ")] if equals}
    assert shown == set(Settings.model_fields)
    assert "canary" not in told.output


def test_programs_get_the_settings_as_json(tmp_path: Path) -> None:
    told = checked(tmp_path, SITE + CLIENT, "--json")
    assert "canary" not in told.stdout
    given = json.loads(told.stdout)
    assert (given["selfTest"], given["settings"]["mode"]) == (True, "silent")
    assert given["settings"]["rate_limit_storage"] == HIDDEN
    assert given["settings"].keys() == Settings.model_fields.keys()


def test_without_a_client_it_says_in_words_what_is_missing(tmp_path: Path) -> None:
    told = checked(tmp_path, SITE)
    assert told.exit_code == 2
    assert "at least one registered client" in told.output
    assert "canary" not in told.output


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('local_codes = ["{keys}"]\n', "local_codes: "),
        ('content = "/nowhere"\n', "/nowhere"),
        (
            'silent_topics = [{topic = "No", by = "A", reason = "B"}]\n',
            "silent_topics: no card has the topic",
        ),
        (
            'tuning = [{name = "causes_listed", value = 90, by = "A", reason = "B", on = 2026-06-03}]\n',
            "causes_listed: ",
        ),
    ],
)
def test_what_would_refuse_the_start_is_refused(tmp_path: Path, more: str, says: str) -> None:
    told = checked(tmp_path, SITE + more + CLIENT)
    assert told.exit_code in {1, 2}
    assert says in told.output
    assert "would start" not in told.output


def test_content_that_does_not_give_its_cards_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(*_: object) -> self_test.Result:
        return self_test.Result(1, failed=("one",))

    monkeypatch.setattr(self_test, "run", failed)
    told = checked(tmp_path, SITE + CLIENT)
    assert told.exit_code == 1
    assert "The self-test fails" in told.output


def test_the_content_can_be_copied_and_is_then_the_same_content(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    assert CliRunner().invoke(main, ["content", "export", str(folder)]).exit_code == 0
    assert load(folder).digest == load().digest
    again = CliRunner().invoke(main, ["content", "export", str(folder)])
    assert again.exit_code == 2
    assert "nothing is overwritten" in again.output
