"""deploy/compose.yaml: what `docker-compose config` cannot see (./check compose runs that)."""

from __future__ import annotations

import re

import pytest

from cds_service import server, settings
from tests.deploy.conftest import Given
from tests.deploy.files import DEPLOY, Part, compose, image_environment, program_version

SERVICES = tuple(compose()["services"])
NGINX = DEPLOY / "proxy" / "nginx.conf"


def part(name: str) -> Part:
    found: Part = compose()["services"][name]
    return found


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def test_the_settings_are_accepted_and_fit_their_container(given: Given) -> None:
    given(image_environment() | part("service")["environment"], "postgresql+psycopg://cds:x@database/journal")
    found = settings.load(DEPLOY / "service.example.toml")
    assert found.in_production
    assert found.max_memory_mb
    assert found.workers * found.max_memory_mb < 2048 - 256
    assert part("service")["mem_limit"] == "2g"
    assert found.switches_file
    assert str(found.switches_file.parent) in {each.split(":")[1] for each in part("service")["volumes"]}
    proxy = part("proxy")["networks"]["proxied"]["ipv4_address"]
    assert [str(each) for each in found.trusted_proxies] == [f"{proxy}/32"]


def test_the_address_of_the_database_that_is_described_leads_to_it() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    environment = part("database")["environment"]
    user, database = environment["POSTGRES_USER"], environment["POSTGRES_DB"]
    assert f"postgresql+psycopg://{user}:PASSWORD@database/{database}" in text


def test_what_is_mounted_is_here_or_named_as_what_the_site_provides() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    provided = set(re.findall(r"^#   ((?:site|secrets)/\S+)", text, re.MULTILINE))
    ours = [volume for name in SERVICES for volume in part(name).get("volumes", ())]
    mounted = {volume.split(":")[0] for volume in ours if volume.startswith("./")}
    mounted |= {secret["file"] for secret in compose()["secrets"].values()}
    wanted = {each.removeprefix("./") for each in mounted if not (DEPLOY / each).exists()}
    assert wanted == {"site", *(each for each in provided if each.startswith("secrets/"))}
    command = part("service")["command"]
    assert "site/service.toml" in provided
    assert "./site:/etc/leg-weakness-cds:ro" in part("service")["volumes"]
    assert command[-1] == "/etc/leg-weakness-cds/service.toml"


def test_what_a_site_puts_there_stays_out_of_the_repository() -> None:
    ignored = (DEPLOY.parent / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"deploy/site/", "deploy/secrets/"} <= set(ignored)


@pytest.mark.parametrize("name", SERVICES)
def test_each_has_no_more_than_it_needs(name: str) -> None:
    of = part(name)
    assert of["read_only"] is True
    assert of["cap_drop"] == ["ALL"]
    assert of["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit", "stop_grace_period"} <= of.keys()
    assert of["restart"] == "unless-stopped"
    assert not {"cap_add", "privileged", "network_mode"} & of.keys()
    # Of ours the Dockerfile says both, and ./check docker looks at them.
    assert name == "service" or ({"healthcheck", "user"} <= of.keys() and not of["user"].startswith("0"))


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_is_of_one_version(name: str) -> None:
    image, _, tag = part(name)["image"].partition(":")
    assert re.match(r"\d+\.\d+", tag), image
    assert image != "leg-weakness-cds" or tag == program_version()


def test_nobody_reaches_the_database_but_the_service_nor_the_service_but_the_proxy() -> None:
    networks = compose()["networks"]
    among = {name: set(part(name)["networks"]) for name in SERVICES}
    assert among["database"] == {"stored"}
    assert not among["proxy"] & among["database"]
    assert all(networks[each]["internal"] for each in ("stored", "proxied"))
    assert [name for name in SERVICES if "ports" in part(name)] == ["proxy"]
    assert part("proxy")["ports"] == ["443:443"]


def test_who_is_stopped_may_end_what_it_has() -> None:
    assert seconds(part("service")["stop_grace_period"]) >= server.KILL_AFTER_SECONDS + 10
    (answer_within,) = re.findall(r"^\s*proxy_read_timeout (\d+)s;", NGINX.read_text(), re.MULTILINE)
    assert seconds(part("proxy")["stop_grace_period"]) > int(answer_within)


def test_the_service_waits_for_no_database() -> None:
    """As a list: started after it, not when it is healthy. Cards go out without a journal."""
    assert part("service")["depends_on"] == ["database"]


def test_the_proxy_finds_the_service_and_its_files() -> None:
    told = NGINX.read_text(encoding="utf-8")
    assert f"server service:{image_environment()['LEG_WEAKNESS_CDS_PORT']}" in told
    inside = [volume.split(":")[1] for volume in part("proxy")["volumes"]]
    assert inside[0] == "/etc/nginx/nginx.conf"
    for path in inside[1:]:
        assert f" {path};" in told
    (tmpfs,) = part("proxy")["tmpfs"]
    for path in re.findall(r"^\s*(?:pid|\w+_temp_path) ([^;]+);", told, re.MULTILINE):
        assert path.startswith(tmpfs.split(":")[0] + "/"), "anywhere else is read-only"
