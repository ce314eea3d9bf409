"""Steps 1 to 4 of docs/go-live.md: settings, journal, registration, check from outside."""

from __future__ import annotations

import re

import pytest

from tests.walk import guide
from tests.walk.ehr import CANARY, Signer, ask
from tests.walk.team import Team

pytestmark = pytest.mark.walk
CHECK = (
    "leg-weakness-cds check-registration https://cds.hospital.example/cds --key test-client.pem --kid test-1"
    " --issuer https://test.hospital.example/fhir"
)


def test_the_content_is_copied(team: Team) -> None:
    team.types("export LEG_WEAKNESS_CDS_CONFIG=/etc/leg-weakness-cds/service.toml")
    team.types("export LEG_WEAKNESS_CDS_DATABASE_URL_FILE=/etc/leg-weakness-cds/database-url")
    team.writes('profile = "development"\n')
    assert team.types("leg-weakness-cds content export /etc/leg-weakness-cds/content-0.1.0").code == 0
    assert team.types("ln -s content-0.1.0 /etc/leg-weakness-cds/content").code == 0


def test_settings_without_a_client_are_refused_in_words(team: Team) -> None:
    team.writes(guide.settings().partition("[[clients]]")[0])
    for line in ("leg-weakness-cds config check", "leg-weakness-cds serve"):
        said = team.tries(line)
        assert said.code == 2
        assert "clients: the production profile needs at least one registered client" in said.err


def test_whole_settings_are_accepted_and_no_secret_is_printed(team: Team) -> None:
    team.writes(guide.settings())
    said = team.types("leg-weakness-cds config check")
    assert said.code == 0, said
    assert "The service would start with these settings." in said.out
    assert "main-ehr, silent" in said.out
    assert "test-client, visible" in said.out
    assert "/journal_tests" in said.out
    assert CANARY not in said.out + said.err


def test_the_journal_is_made_and_the_service_starts(team: Team) -> None:
    early = team.tries("leg-weakness-cds journal info")
    assert early.code == 1
    assert "journal upgrade" in early.err
    made = team.types("leg-weakness-cds journal upgrade")
    assert "is now at schema" in made.out
    assert CANARY not in made.out
    team.types("leg-weakness-cds serve")
    health = team.types("curl -fsS http://127.0.0.1:8000/healthz").json
    assert (health["status"], health["showing"]["mode"]) == ("ok", "by client")
    ready = team.types("curl -fsS http://127.0.0.1:8000/readyz").json
    assert ready["status"] == "ready"
    assert {name: part["ok"] for name, part in ready["parts"].items()} == dict.fromkeys(
        ("content", "self-test", "database", "keys", "audit"), True
    )


def test_the_sheets_name_the_true_endpoint_and_the_ehr_is_registered_by_one(team: Team) -> None:
    assert team.types("leg-weakness-cds register epic --client main-ehr > epic.md").code == 0
    epic = (team.folder / "epic.md").read_text()
    for told in (f"{team.base}/cds-services/leg-weakness", "Condition.read", "{{context.patientId}}"):
        assert told in epic
    assert team.types("leg-weakness-cds register generic --client main-ehr --json > sheet.json") == (
        0,
        "",
        "",
    )
    sheet = team.tries("cat sheet.json").json
    assert sheet["addresses"]["endpoint"] == f"{team.base}/cds-services/leg-weakness"
    assert sheet["registered"] is True
    assert sheet["token"]["issuer"] == team.ehr.signer.issuer
    assert CANARY not in epic + str(sheet)
    team.ehr.sheet = sheet


def test_discovery_says_the_same_as_the_sheet(team: Team) -> None:
    address = team.ehr.sheet["addresses"]["discovery"]
    answer = ask("GET", address, token=team.ehr.signer.token(address))
    (service,) = answer.body["services"]
    assert service["prefetch"] == {row["key"]: row["query"] for row in team.ehr.sheet["prefetch"]}
    assert ask("GET", address).status == 401


def test_the_check_from_outside_finds_nothing_wrong(team: Team) -> None:
    said = team.types(CHECK)
    assert said.code == 0, said.out
    assert " 0 wrong" in said.out
    for told in ("ok         Critical card", "ok         Token used again", "ok         Feedback"):
        assert told in said.out


def test_the_check_names_the_address_that_would_be_right(team: Team) -> None:
    said = team.tries(team.here(CHECK).replace("127.0.0.1", "localhost"))
    assert said.code == 1
    assert f"A token for {team.base}/cds-services/leg-weakness is accepted" in said.out
    assert "-> Set public_base_url to the address that the EHR calls" in said.out


def test_for_a_wrong_key_the_check_leads_to_the_line_of_the_log_that_says_so(team: Team) -> None:
    Signer(team.tester.issuer, "test-1").keep(team.folder / "other.pem")
    said = team.tries(team.here(CHECK).replace("test-client.pem", "other.pem"))
    assert said.code == 1
    found = re.search(r"Look up request (\w+) in the service's log", said.out)
    assert found, said.out
    (line,) = [line for line in team.logged("not trusted") if line["request"] == found[1]]
    assert (line["reason"], line["client"]) == ("signature", "test-client")
    assert "PRIVATE" not in said.out
