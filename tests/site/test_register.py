"""The registration sheet says what discovery, the cards and the settings say, and nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cards import knowledge
from cds_service import fixtures, scopes, settings
from cds_service.app import create_app
from cds_service.cli import main
from cds_service.errors import SettingsRefused
from cds_service.hooks import SERVICE_ID
from cds_service.places import content_folder
from cds_service.site import ehrs
from cds_service.site.commands import EHRS
from tests.wire.calls import SERVICE
from tests.wire.ehr import NOW, jwk, jwks, rsa_key

AS_OF = ("--as-of", NOW.isoformat())
BASE = "https://cds.hospital.org/cds"
WITH_CLIENT = f"""
public_base_url = "{BASE}"
[[clients]]
name = "ours"
issuer = "https://ehr.hospital.org/fhir"
jwks_url = "https://ehr.hospital.org/jwks"
subject = "client-7"
fhir_servers = ["https://ehr.hospital.org/fhir"]
query_profile = "by-category"
not_offered = ["MedicationStatement", "observationsTherapy"]
audiences = ["https://other.hospital.org/hook"]
algorithms = ["RS256"]
longest_token_life = 900
time_zone = "Europe/Berlin"
"""


@pytest.fixture(autouse=True)
def no_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no part in a sheet."""
    monkeypatch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL", "none")


def run(folder: Path, text: str, *arguments: str) -> Any:
    file = folder / "service.toml"
    file.write_text(text)
    return CliRunner().invoke(main, ["register", *arguments, "--config", str(file), *AS_OF])


def sheet(folder: Path, text: str, *arguments: str) -> dict[str, Any]:
    result = run(folder, text, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def discovered(folder: Path, text: str) -> dict[str, str]:
    """The prefetch that the service serves with these settings."""
    file = folder / "served.toml"
    file.write_text(text)
    service = create_app(settings.load(file), lambda: NOW)
    given = service.test_client().get("/cds-services").get_json()["services"][0]
    assert given["id"] == SERVICE_ID
    found: dict[str, str] = given["prefetch"]
    return found


@pytest.mark.parametrize("ehr", ["epic", "oracle", "generic"])
@pytest.mark.parametrize(
    "change",
    ["", 'query_profile = "broad"', "not_offered = []", "prefetch_count"],
)
def test_the_prefetch_table_is_that_of_discovery(ehr: str, change: str, tmp_path: Path) -> None:
    text = WITH_CLIENT
    if change == "prefetch_count":
        text = f"prefetch_count = 77\n{text}"
    elif change:
        name = change.partition(" ")[0]
        text = re.sub(rf"^{name} = .*$", change, text, flags=re.MULTILINE)
        if "broad" in change:
            text = text.replace(', "observationsTherapy"', "")
    told = sheet(tmp_path, text, ehr)
    assert {each["key"]: each["query"] for each in told["prefetch"]} == discovered(tmp_path, text)
    assert told["client"] == "ours"


@pytest.mark.parametrize("ehr", ["epic", "oracle", "generic"])
def test_what_is_proposed_can_be_pasted_and_gives_what_the_sheet_says(ehr: str, tmp_path: Path) -> None:
    before = sheet(tmp_path, "", ehr)
    assert before["registered"] is False
    (proposal,) = [each for each in before["missing"] if "[[clients]]" in each["toml"]]
    assert proposal["what"].startswith(f"No client is registered for {before['title']} yet")
    (address,) = [each for each in before["missing"] if "public_base_url" in each["toml"]]
    text = f"{address['toml']}\n{proposal['toml']}"
    assert tomllib.loads(text)["clients"]
    (tmp_path / "pasted.toml").write_text(f'profile = "production"\n{text}')
    assert settings.load(tmp_path / "pasted.toml").in_production
    after = sheet(tmp_path, text, ehr)
    assert after["prefetch"] == before["prefetch"]
    assert after["token"]["issuer"] == before["token"]["issuer"]
    assert {each["key"]: each["query"] for each in after["prefetch"]} == discovered(tmp_path, text)
    assert any("example" in each["what"] for each in after["missing"])


def test_epic_is_proposed_narrow_keys(tmp_path: Path) -> None:
    keys = {each["key"] for each in sheet(tmp_path, "", "epic")["prefetch"]}
    assert {"conditionsProblemListItem", "conditionsEncounterDiagnosis", "observationsLaboratory"} <= keys
    assert not {"conditions", "observations"} & keys


def test_every_topic_is_on_the_sheet_with_its_meaning(tmp_path: Path) -> None:
    content = knowledge.load(content_folder())
    told = {each["code"]: each for each in sheet(tmp_path, "", "generic")["topics"]}
    assert {rule.topic: rule.title for rule in content.rules}.items() <= {
        code: each["means"] for code, each in told.items()
    }.items()
    shown = run(tmp_path, "", "generic").stdout
    for name in fixtures.names():
        for card in fixtures.expected(name, NOW, BASE)["cards"]:
            topic = card["source"]["topic"]
            assert told[topic["code"]]["means"] == topic["display"]
            most = told[topic["code"]]["indicator"]
            order = ("info", "warning", "critical")
            assert order.index(card["indicator"]) <= order.index(most)
    assert all(f"| `{code}` |" in shown for code in told)
    assert len(told) == len(content.rules) + 2


def test_every_override_reason_is_on_the_sheet_with_room_for_the_sites_own(tmp_path: Path) -> None:
    told = sheet(tmp_path, "", "epic")
    card = told["sample"]["answer"]["cards"][0]
    assert [(each["code"], each["words"]) for each in told["overrideReasons"]] == [
        (each["code"], each["display"]) for each in card["overrideReasons"]
    ]
    assert {each["system"] for each in card["overrideReasons"]} == {told["reasonSystem"]}
    assert {each["siteReason"] for each in told["overrideReasons"]} == {""}
    shown = run(tmp_path, "", "epic").stdout
    assert all(f"| `{each['code']}` | {each['words']} |  |" in shown for each in told["overrideReasons"])


def test_addresses_and_links_are_those_of_public_base_url(tmp_path: Path) -> None:
    told = sheet(tmp_path, WITH_CLIENT, "epic")
    assert told["addresses"]["discovery"] == f"{BASE}/cds-services"
    assert told["addresses"]["endpoint"] == f"{BASE}{SERVICE}"
    assert told["addresses"]["feedback"] == f"{BASE}{SERVICE}/feedback"
    (prefix,) = told["allowedLinks"]
    assert prefix == f"{BASE}/explanations/"
    links = [link["url"] for card in told["sample"]["answer"]["cards"] for link in card["links"]]
    assert links
    assert all(each.startswith(prefix) for each in links)
    assert all(each["page"].startswith(prefix) for each in told["topics"])


def test_tokens_are_told_as_the_settings_have_them(tmp_path: Path) -> None:
    token = sheet(tmp_path, WITH_CLIENT, "epic")["token"]
    assert token["issuer"] == "https://ehr.hospital.org/fhir"
    assert token["jwks"] == token["jku"] == "https://ehr.hospital.org/jwks"
    assert token["subject"] == "client-7"
    assert token["algorithms"] == ["RS256"]
    assert token["longestLifeSeconds"] == 900
    assert token["leewaySeconds"] == 60
    assert f"{BASE}{SERVICE}" in token["audiences"]
    assert "https://other.hospital.org/hook" in token["audiences"]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_scopes_cover_every_search_and_no_more(version: str, tmp_path: Path) -> None:
    told = sheet(tmp_path, WITH_CLIENT, "epic")
    granted = scopes.scopes(" ".join(f"patient/{each[version]}" for each in told["scopes"]))
    types = {each["resource"] for each in told["prefetch"]} - {"MedicationStatement"}
    assert told["notOffered"] == ["MedicationStatement", "observationsTherapy"]
    for each in types:
        right = scopes.READ if each == "Patient" else scopes.SEARCH
        assert granted.restrictions(each, right) == {()}
    assert granted.restrictions("Medication", scopes.READ) == {()}
    assert {each["resource"] for each in told["scopes"]} == types | {"Medication"}


def test_epic_names_the_kinds_of_its_scopes_and_others_do_not(tmp_path: Path) -> None:
    told = sheet(tmp_path, "", "epic")
    keys = {each["key"] for each in told["prefetch"]}
    kinds = [kind for each in told["scopes"] for kind in each["subtypes"]]
    assert {kind["key"] for kind in kinds} - {""} <= keys
    assert {"Problems", "Encounter Diagnosis", "Health Concern", "Labs"} <= {kind["name"] for kind in kinds}
    assert not any(each["subtypes"] for each in sheet(tmp_path, "", "generic")["scopes"])


@pytest.mark.parametrize("ehr", ["epic", "generic", "sandbox"])
def test_the_sample_answer_is_the_one_that_the_service_gives(ehr: str, tmp_path: Path) -> None:
    told = sheet(tmp_path, WITH_CLIENT, ehr)["sample"]
    service = create_app(settings.load(tmp_path / "service.toml"), lambda: NOW)
    given = service.test_client().post(SERVICE, json=told["request"])
    assert given.get_json() == told["answer"]
    assert told["answer"]["cards"][0]["indicator"] == "critical"
    assert told["request"]["prefetch"]["patient"]["meta"]["security"][0]["code"] == "HTEST"


def test_oracle_gets_no_prefetch_and_is_told_to_let_the_service_fetch(tmp_path: Path) -> None:
    told = sheet(tmp_path, WITH_CLIENT, "oracle")
    assert told["withPrefetch"] is False
    assert "prefetch" not in told["sample"]["request"]
    assert told["sample"]["request"]["fhirServer"] == "https://ehr.hospital.org/fhir"
    assert told["sample"]["answer"]["cards"][0]["indicator"] == "critical"
    assert "has no place for it" in run(tmp_path, WITH_CLIENT, "oracle").stdout
    without = re.sub(r"^fhir_servers.*$", "", WITH_CLIENT, flags=re.MULTILINE)
    assert any("412" in each["what"] for each in sheet(tmp_path, without, "oracle")["missing"])


def test_a_finished_client_lacks_nothing(tmp_path: Path) -> None:
    told = sheet(tmp_path, WITH_CLIENT, "epic")
    assert told["missing"] == []
    assert "Still missing" not in run(tmp_path, WITH_CLIENT, "epic").stdout


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("subject", "", "any client id of this issuer"),
        ("subject", 'subject = "CLIENT-ID"', "still the placeholder"),
        ("query_profile", "", "by category"),
        ("fhir_servers", "", "nobody can be asked"),
        ("fhir_servers", 'fhir_servers = ["https://a.example/r4"]', "fhir_servers still has an example"),
        ("issuer", 'issuer = "https://epic.example/r4"', "issuer is still an example"),
        ("issuer", "", "clients.ours.issuer: missing"),
        ("jwks_url", "", "give either jwks_url or jwks_file"),
        ("time_zone", "", "time_zone is UTC"),
        ("public_base_url", "", "public_base_url is not set"),
        ("public_base_url", 'public_base_url = "https://cds.hospital.example"', "still an example address"),
    ],
)
def test_what_is_missing_is_said(line: str, instead: str, words: str, tmp_path: Path) -> None:
    text = re.sub(rf"^{line} = .*$", instead, WITH_CLIENT, flags=re.MULTILINE)
    if line == "query_profile":
        text = text.replace(', "observationsTherapy"', "")
    missing = sheet(tmp_path, text, "epic")["missing"]
    assert [each for each in missing if words in each["what"]], missing


def test_the_sheet_is_there_before_production_can_start(tmp_path: Path) -> None:
    text = f'profile = "production"\nhost = "0.0.0.0"\npublic_base_url = "{BASE}"\n'
    told = sheet(tmp_path, text, "epic")
    assert told["addresses"]["endpoint"] == f"{BASE}{SERVICE}"
    with pytest.raises(SettingsRefused, match="clients"):
        settings.load(tmp_path / "service.toml")
    assert run(tmp_path, 'public_base_url = "http://cds.example"', "epic").exit_code == 2


def test_several_clients_must_be_told_apart(tmp_path: Path) -> None:
    second = '[[clients]]\nname = "oracle-east"\nissuer = "https://b.org"\njwks_url = "https://b.org/j"\n'
    both = f"{WITH_CLIENT}\n{second}"
    assert sheet(tmp_path, both, "oracle")["client"] == "oracle-east"
    assert sheet(tmp_path, both, "epic", "--client", "ours")["client"] == "ours"
    unclear = run(tmp_path, both, "epic")
    assert unclear.exit_code == 2
    assert "ours, oracle-east" in unclear.output
    unknown = run(tmp_path, both, "epic", "--client", "nobody")
    assert unknown.exit_code == 2
    assert "No client is called nobody" in unknown.output


@pytest.mark.parametrize("ehr", EHRS)
def test_an_unverified_fact_says_so_and_every_fact_has_its_source(ehr: str, tmp_path: Path) -> None:
    told = sheet(tmp_path, "", ehr)
    shown = run(tmp_path, "", ehr).stdout
    assert told["facts"]
    for fact in told["facts"]:
        assert fact["source"] in told["sources"]
        mark = " (unverified: check at the site)" if fact["unverified"] else ""
        assert f"| {fact['about']} | {fact['says']} | {fact['do']} | {fact['source']}{mark} |" in shown
    assert all(f"- {key}: {words}" in shown for key, words in told["sources"].items())


def test_what_others_tell_or_is_old_counts_as_unverified() -> None:
    known = ehrs.known()
    facts = [fact for each in EHRS for fact in known.of(each).facts]  # type: ignore[arg-type]  # its own list
    assert {fact.unverified for fact in facts if fact.source in {"epic-notes", "oracle"}} == {True}
    assert known.oracle.token.unverified
    assert set(EHRS) == set(ehrs.EHRS)


def test_nobody_is_told_to_call_at_every_opening(tmp_path: Path) -> None:
    firing = sheet(tmp_path, "", "epic")["firing"]
    assert firing["never"].startswith("Not at every opening of a chart")
    told = " ".join(firing["criteria"]).casefold()
    assert all(word in told for word in ("weakness", "gait", "fall", "back pain", "leg pain", "problem list"))


def test_the_sandbox_is_for_development_only(tmp_path: Path) -> None:
    told = sheet(tmp_path, "", "sandbox")
    assert told["token"]["required"] is False
    assert told["missing"] == []
    assert "in production this client is refused" in run(tmp_path, "", "sandbox").stdout


def test_time_outs_follow_the_settings(tmp_path: Path) -> None:
    times = sheet(tmp_path, f"time_budget = 3.5\n{WITH_CLIENT}", "epic")["times"]
    assert times["serviceAnswersWithin"] == 3.5
    assert 3.5 < times["ehrShouldWait"] < times["proxyShouldWait"]


def test_the_sheet_holds_no_secret_and_no_key(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(jwks(jwk(rsa_key(), "canary-kid")))
    text = re.sub(r"^jwks_url = .*$", f'jwks_file = "{keys}"', WITH_CLIENT, flags=re.MULTILINE)
    text = f'rate_limit_storage = "redis://user:canary-secret@redis.example"\n{text}'
    for form in ([], ["--json"]):
        shown = run(tmp_path, text, "epic", *form).output
        assert "canary" not in shown
        assert str(keys) in shown


SHOWING = f"""
mode = "visible"
visible_share = 20
switches_file = "switches.toml"
acknowledgement_secret = "{"0" * 32}"
database_url = "sqlite:///journal.db"
[[silent_topics]]
topic = "LegWeaknessDifferential"
by = "Dr A. Example"
reason = "Red flags only\\nin the pilot"
[audit]
url = "https://audit.hospital.org/fhir"
file = "/var/log/audit.ndjson"
[[clients]]
name = "ours"
issuer = "https://ehr.hospital.org/fhir"
jwks_url = "https://ehr.hospital.org/jwks"
shown_to = ["PractitionerRole/77", "Practitioner/dr1"]
[clients.acknowledgement]
days = 5
codes = ["patient-ineligible"]
by = "Dr B. Example"
reason = "decided on 3 June"
"""


def test_what_goes_out_to_whom_and_what_is_written_down_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEG_WEAKNESS_CDS_DATABASE_URL")
    told = sheet(tmp_path, SHOWING, "epic")["showing"]
    assert (told["mode"], told["visibleShare"], told["canBeSwitched"]) == ("visible", 20, True)
    assert (told["usersListed"], told["userKinds"]) == (2, ["Practitioner", "PractitionerRole"])
    assert [each["topic"] for each in told["heldBack"]] == ["LegWeaknessDifferential"]
    assert (told["acknowledgement"]["days"], told["acknowledgement"]["codes"]) == (5, ["patient-ineligible"])
    assert told["audit"] == ["https://audit.hospital.org/fhir", "/var/log/audit.ndjson"]
    shown = run(tmp_path, SHOWING, "epic").stdout
    for words in (
        "| Share | 20 of 100 charts |",
        "| Users | 2 listed in `shown_to`, as `Practitioner` or `PractitionerRole`: `userId` must come so",
        "Never a patient or a related person |",
        "| Held back | `LegWeaknessDifferential`. Decided by Dr A. Example: Red flags only in the pilot |",
        "stay away for 5 days, from colleagues too, where feedback names `patient-ineligible`; critical ones",
        "| Audit | FHIR AuditEvents with patient and user to `https://audit.hospital.org/fhir` and ",
        "`switch show` says what holds now",
    ):
        assert words in shown
    assert not any(each in shown for each in ("PractitionerRole/77", "Practitioner/dr1", "0" * 32))
    assert not (tmp_path / "journal.db").exists()


def test_a_sheet_without_any_of_it_says_so(tmp_path: Path) -> None:
    told = sheet(tmp_path, WITH_CLIENT, "epic")["showing"]
    assert (told["usersListed"], told["heldBack"], told["acknowledgement"], told["audit"]) == (
        0,
        [],
        None,
        [],
    )
    shown = run(tmp_path, WITH_CLIENT, "epic").stdout
    assert "| Users | all clinicians. Never a patient or a related person |" in shown
    assert "| Cards put aside | off: a card that was put aside comes again with the next call |" in shown
    assert "| Audit | none |" in shown
    assert "cards cannot be stopped without a restart" in shown
    assert "The answer of the service:" in shown


def test_a_silent_client_is_told_what_it_gets_and_what_is_found(tmp_path: Path) -> None:
    shown = run(tmp_path, f'{WITH_CLIENT}mode = "silent"\n', "epic").stdout
    assert "| Mode | silent: assessed and counted, no card goes out |" in shown
    assert 'While the client is silent, it gets `{"cards": []}`; found is this:' in shown
    assert "The answer of the service:" not in shown
