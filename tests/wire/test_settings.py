"""Settings that cannot work, or are not safe, are refused before anything starts, each by its name."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cds_service import settings
from cds_service.answer import Desk
from cds_service.errors import SettingsRefused

EHR = {"name": "ehr", "issuer": "https://ehr.example/fhir", "jwks_url": "https://ehr.example/jwks.json"}
PRODUCTION: dict[str, Any] = {
    "profile": "production",
    "public_base_url": "https://cds.example",
    "clients": [EHR],
}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)


def toml(folder: Path, text: str) -> Path:
    file = folder / "service.toml"
    file.write_text(text)
    return file


def test_defaults_are_development_on_loopback() -> None:
    found = settings.load()
    assert (found.profile, found.host, found.port) == ("development", "127.0.0.1", 8000)
    assert found.max_body_bytes == 32 * 1024 * 1024
    assert found.base_url == "http://127.0.0.1:8000"
    assert found.workers == 1  # what the test bench holds for a FHIR server, it holds in one process


def test_in_production_every_core_has_a_worker(tmp_path: Path) -> None:
    file = toml(
        tmp_path, 'profile = "production"\npublic_base_url = "https://cds.example"\ndatabase_url = "none"'
    )
    assert settings.load(file, clients=[EHR]).workers == (os.cpu_count() or 1)


def test_command_line_beats_environment_beats_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = toml(tmp_path, "port = 1001\nworkers = 3\nprefetch_count = 9")
    monkeypatch.setenv("LEG_WEAKNESS_CDS_PORT", "1002")
    monkeypatch.setenv("LEG_WEAKNESS_CDS_WORKERS", "5")
    found = settings.load(file, port=1003, workers=None)
    assert (found.port, found.workers, found.prefetch_count) == (1003, 5, 9)


def test_the_environment_may_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEG_WEAKNESS_CDS_CONFIG", str(toml(tmp_path, "port = 1001")))
    assert settings.load().port == 1001


def test_a_variable_may_name_a_file_with_the_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("https://cds.example/\n")
    monkeypatch.setenv("LEG_WEAKNESS_CDS_PUBLIC_BASE_URL_FILE", str(tmp_path / "url"))
    assert settings.load().public_base_url == "https://cds.example"


def test_clients_in_the_environment_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEG_WEAKNESS_CDS_CLIENTS", json.dumps([EHR]))
    assert settings.load().clients[0].name == "ehr"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1", "colour"),
        ("prot = 8000", "prot"),
        ("port = 0", "port"),
        ('port = "many"', "port"),
        ("workers = 0", "workers"),
        ('profile = "test"', "profile"),
        ('host = "0.0.0.0"', "host"),
        ("max_body_bytes = 1", "max_body_bytes"),
        ('[[clients]]\nname = "a"\ncolour = 1', "clients.0.colour"),
        ('[[clients]]\nissuer = "https://ehr.example"', "clients.0.name"),
        ('[[clients]]\nname = "a"\n[[clients]]\nname = "a"', "'a'"),
        ('[[clients]]\nname = "a"\ntime_zone = "Mars/Base"', "clients.0.time_zone"),
        ('[[clients]]\nname = "a"\nissuer = "http://ehr.example"', "clients.0.issuer"),
        ('[[clients]]\nname = "a"\norigins = ["http://localhost:8080"]', "clients.0.origins.0"),
        ('[[clients]]\nname = "a"\nfhir_servers = ["https://me:pw@ehr.example"]', "clients.0.fhir_servers.0"),
        (
            '[[clients]]\nname = "a"\nfhir_servers = ["https://ehr.example/a/../b"]',
            "clients.0.fhir_servers.0",
        ),
        ('[[clients]]\nname = "a"\nfhir_servers = ["https://ehr.exämple"]', "clients.0.fhir_servers.0"),
        ('[[clients]]\nname = "a"\nca_file = "/nowhere/ca.pem"', "clients.0.ca_file"),
        ('[[clients]]\nname = "a"\nquery_profile = "narrow"', "clients.0.query_profile"),
        ("time_budget = 0", "time_budget"),
        ("time_budget = 3600", "time_budget"),
        ("max_pages = 0", "max_pages"),
        ("max_answer_bytes = 1", "max_answer_bytes"),
        ("max_fetch_bytes = 99999999999", "max_fetch_bytes"),
        ('[[clients]]\nname = "a"\njwks_file = "/nowhere/keys.json"', "clients.0.jwks_file"),
        ('public_base_url = "http://cds.example"', "public_base_url"),
        ('public_base_url = "cds.example"', "public_base_url"),
        ('public_base_url = "https://cds.example/?a=1"', "public_base_url"),
        ("port = ", "service.toml"),
    ],
)
def test_what_cannot_work_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.load(toml(tmp_path, text))
    assert named in str(refused.value)
    assert "me:pw" not in str(refused.value)


@pytest.mark.parametrize("name", ["LEG_WEAKNESS_CDS_PROT", "LEG_WEAKNESS_CDS_PROT_FILE"])
def test_a_variable_that_is_no_setting_is_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "8000")
    with pytest.raises(SettingsRefused, match=name):
        settings.load()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read"):
        settings.load(tmp_path / "none.toml")
    monkeypatch.setenv("LEG_WEAKNESS_CDS_PUBLIC_BASE_URL_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsRefused, match="PUBLIC_BASE_URL_FILE"):
        settings.load()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9000", "http://[::1]:9000", "http://127.1.2.3"])
def test_http_is_taken_for_literal_loopback(address: str) -> None:
    assert settings.load(public_base_url=address).public_base_url == address


def test_production_starts_with_a_client_and_an_address() -> None:
    assert settings.load(**PRODUCTION, host="0.0.0.0").in_production


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"clients": []}, "clients"),
        ({"public_base_url": None}, "public_base_url"),
        ({"clients": [{"name": "ehr", "jwks_url": "https://ehr.example/jwks.json"}]}, "clients.ehr.issuer"),
        (
            {"clients": [{"name": "ehr", "issuer": "https://ehr.example"}]},
            "clients.ehr: give either jwks_url",
        ),
    ],
)
def test_production_refuses_to_start_without(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.load(**PRODUCTION | changes)
    assert named in str(refused.value)


def test_a_resource_type_that_is_never_read_cannot_be_left_out() -> None:
    with pytest.raises(SettingsRefused, match="Conditions"):
        Desk.ready(settings.load(clients=[{"name": "a", "not_offered": ["Conditions"]}]))
