"""`config check`: what `serve` would say and do, before it is asked to."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cds_service import settings
from cds_service.cli import main
from tests.watch.conftest import faulty_content

PASSWORD = "correct-horse"
SITE = """\
profile = "production"
public_base_url = "https://cds.hospital.example"

[[clients]]
name = "main-ehr"
issuer = "https://ehr.hospital.example/fhir"
jwks_url = "https://ehr.hospital.example/jwks.json"
"""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)


def check(folder: Path, text: str, *more: str) -> Result:
    (folder / "service.toml").write_text(text)
    return CliRunner().invoke(main, ["config", "check", "--config", str(folder / "service.toml"), *more])


def test_settings_that_work_are_shown_as_they_count_and_passwords_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text(f"postgresql+psycopg://cds:{PASSWORD}@db.example/journal\n")
    monkeypatch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("LEG_WEAKNESS_CDS_RATE_LIMIT_STORAGE", f"redis://:{PASSWORD}@redis.example")
    said = check(tmp_path, SITE)
    assert said.exit_code == 0, said.output
    assert PASSWORD not in said.output
    lines = said.stdout.splitlines()
    assert 'profile = "production"' in lines
    assert "retention_days = 400   (default)" in lines
    assert 'database_url = "postgresql+psycopg://db.example/journal"' in lines
    assert 'rate_limit_storage = "(set, and not shown)"' in lines
    assert lines[-1] == "The service would start."
    assert {line.partition(" = ")[0] for line in lines[:-1]} == set(settings.Settings.model_fields)


def test_it_is_refused_as_by_serve_itself(tmp_path: Path) -> None:
    wrong = check(tmp_path, SITE.replace("issuer", "isuer"))
    assert wrong.exit_code == 2
    assert "clients.0.isuer: there is no such setting" in wrong.stderr
    missing = check(tmp_path, 'local_codes = ["no-such-file.json"]')
    assert missing.exit_code == 2
    assert "no-such-file.json" in missing.stderr


def test_content_whose_self_test_fails_is_said(tmp_path: Path) -> None:
    said = check(tmp_path, f'content = "{faulty_content(tmp_path / "content")}"', "--json")
    assert said.exit_code == 1
    assert json.loads(said.stdout)["selfTest"] is False
