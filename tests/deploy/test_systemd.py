"""deploy/systemd: what holds without systemd, whose own programs ./check systemd asks."""

from __future__ import annotations

import pytest

from cds_service import server, settings
from tests.deploy.conftest import Given
from tests.deploy.files import DEPLOY, UNIT, URL_FILE, WITH_POSTGRESQL
from tests.deploy.units import entries, environment

SAID = entries(UNIT)


def test_the_settings_are_accepted_and_the_journal_is_where_the_unit_may_write(given: Given) -> None:
    given(environment(UNIT), "")
    found = settings.load(DEPLOY / "service.example.toml")
    assert found.in_production
    assert found.database_url == f"sqlite:////var/lib/{SAID['StateDirectory'][0]}/journal.db"
    assert SAID["WorkingDirectory"] == [f"/var/lib/{SAID['StateDirectory'][0]}"], "for the default's sake"


def test_what_the_sites_file_says_counts_so_that_config_check_and_reports_say_the_same() -> None:
    """A variable in the unit would override the file, and no command that is typed would know of it."""
    assert environment(UNIT) == {"LEG_WEAKNESS_CDS_PROFILE": "production"}


def test_the_settings_to_begin_with_fit_the_unit_on_a_machine_of_any_size(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 128)
    given(environment(UNIT), "")
    found = settings.load(DEPLOY / "service.example.toml")
    assert found.max_memory_mb
    assert SAID["MemoryMax"] == ["2G"]
    assert found.workers * found.max_memory_mb < 2048 - 256
    # Besides those that answer: of the server and the library, and of the journal, keys, switches, audit.
    assert int(SAID["TasksMax"][0]) > 2 * (found.workers + 1) * (server.THREADS + 16)


def test_a_switch_that_root_writes_can_be_read_by_the_unit_and_by_nobody_changed(given: Given) -> None:
    given(environment(UNIT), "")
    found = settings.load(DEPLOY / "service.example.toml").switches_file
    assert found
    assert str(found.parent) == "/etc/leg-weakness-cds", "mounted there in containers too"
    assert SAID["ProtectSystem"] == ["strict"]


def test_with_the_drop_in_the_address_of_the_database_comes_as_a_credential(given: Given) -> None:
    said = entries(WITH_POSTGRESQL)
    added = environment(WITH_POSTGRESQL)
    given(environment(UNIT) | added, "postgresql+psycopg://cds:x@db.example/journal")
    assert settings.load(DEPLOY / "service.example.toml").database_url.startswith("postgresql")
    name, _, source = said["LoadCredential"][0].partition(":")
    assert added == {URL_FILE: f"%d/{name}"}
    assert source == f"/etc/leg-weakness-cds/{name}"


def test_it_starts_reloads_and_ends_as_the_service_does() -> None:
    assert SAID["ExecStart"][0].split()[1:] == ["serve", "--config", "/etc/leg-weakness-cds/service.toml"]
    assert SAID["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert SAID["KillMode"] == ["mixed"], "the workers are ended by the service, call by call"
    assert int(SAID["TimeoutStopSec"][0]) >= server.KILL_AFTER_SECONDS + 10
    assert (SAID["Restart"], SAID["StartLimitIntervalSec"]) == (["on-failure"], ["0"])
    assert int(SAID["RestartSec"][0]) >= 5


@pytest.mark.parametrize(
    "line",
    [
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "PrivateTmp=yes",
        "MemoryDenyWriteExecute=yes",
        "SystemCallFilter=@system-service",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "UMask=0077",
    ],
)
def test_it_may_do_no_more_than_it_needs(line: str) -> None:
    key, _, value = line.partition("=")
    assert value in SAID[key]
