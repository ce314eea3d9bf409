"""deploy/kubernetes: valid for Kubernetes, accepted by the service, and in line with each other."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import kubernetes_validate
import pytest
from click.testing import CliRunner

from cds_service import server, settings
from cds_service.cli import main
from tests.deploy.conftest import Given
from tests.deploy.files import Part, image_environment, manifests, program_version
from tests.docs.test_docs import rows, text

ALL = manifests()
OLDEST = "1.27"
"""matchLabelKeys of the spread is in use from there on."""
NEWEST = "1.37"
"""What the locked library knows last; a newer one may move it."""
DEPLOYMENT = ALL["2-deployment.yaml"]
INGRESS = ALL["4-ingress.yaml"]
SETTINGS = ALL["1-settings.yaml"]["data"]["service.toml"]
SECRET = ALL["by-hand/secret.yaml"]
PODS = {name: ALL[name]["spec"]["template"] for name in ("2-deployment.yaml", "by-hand/journal-upgrade.yaml")}


def pod() -> Part:
    found: Part = DEPLOYMENT["spec"]["template"]["spec"]
    return found


def container(of: Part) -> Part:
    (found,) = of["containers"]
    return dict(found)


def environment(of: Part) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container(of)["env"]}


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("name", ALL)
def test_kubernetes_takes_it(name: str, version: str) -> None:
    kubernetes_validate.validate(ALL[name], version, strict=True)


def test_what_kubernetes_does_not_know_is_found() -> None:
    wrong = copy.deepcopy(DEPLOYMENT)
    wrong["spec"]["template"]["spec"]["terminationGracePeriod"] = 40
    with pytest.raises(kubernetes_validate.ValidationError, match="terminationGracePeriod"):
        kubernetes_validate.validate(wrong, NEWEST, strict=True)


def test_the_settings_are_accepted_by_the_service_and_fit_their_container(
    given: Given, tmp_path: Path
) -> None:
    given(image_environment() | environment(pod()), SECRET["stringData"]["database-url"])
    file = tmp_path / "service.toml"
    file.write_text(SETTINGS)
    said = CliRunner().invoke(main, ["config", "check", "--config", str(file)])
    assert said.exit_code == 0, said.output
    assert "PUT-THE-PASSWORD-HERE" not in said.output
    found = settings.load(file)
    assert found.in_production
    assert found.max_memory_mb
    assert found.workers * found.max_memory_mb < 2048 - 256
    assert container(pod())["resources"]["limits"] == {"memory": "2Gi"}
    assert found.switches_file
    assert {each["name"]: each["mountPath"] for each in container(pod())["volumeMounts"]}["settings"] == str(
        found.switches_file.parent
    )
    # A proxy whose address may read the metrics could pass them on.
    assert not any(one.overlaps(other) for one in found.trusted_proxies for other in found.metrics_from)


@pytest.mark.parametrize("name", PODS)
def test_a_pod_has_no_more_than_it_needs(name: str) -> None:
    spec = PODS[name]["spec"]
    user = spec["securityContext"]
    assert (user["runAsNonRoot"], user["runAsUser"], user["fsGroup"]) == (True, 10001, 10001)
    assert user["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert container(spec)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container(spec)["resources"].keys() == {"requests", "limits"}
    assert container(spec)["image"].endswith(f"/leg-weakness-cds:{program_version()}")


def test_what_a_pod_reads_is_there_and_mounted() -> None:
    for spec in (each["spec"] for each in PODS.values()):
        mounted = {each["name"]: each["mountPath"] for each in container(spec)["volumeMounts"]}
        assert set(mounted) == {each["name"] for each in spec["volumes"]}
        assert environment(spec).keys() == {"LEG_WEAKNESS_CDS_DATABASE_URL_FILE"}
        assert set(environment(spec).values()) == {f"{mounted['secrets']}/database-url"}
        assert container(spec)["args"][-1] == f"{mounted['settings']}/service.toml"
    settings_volume, secrets_volume = pod()["volumes"]
    assert settings_volume["configMap"]["name"] == ALL["1-settings.yaml"]["metadata"]["name"]
    assert secrets_volume["secret"]["secretName"] == SECRET["metadata"]["name"]
    assert list(SECRET["stringData"]) == ["database-url"]


def test_no_secret_is_applied_by_accident_and_the_example_is_none() -> None:
    assert [name for name, each in ALL.items() if each["kind"] == "Secret"] == ["by-hand/secret.yaml"]
    assert ":PUT-THE-PASSWORD-HERE@" in SECRET["stringData"]["database-url"]


def test_one_replica_answers_while_another_goes() -> None:
    spec = DEPLOYMENT["spec"]
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert ALL["5-disruption.yaml"]["spec"]["minAvailable"] == 1
    (spread,) = pod()["topologySpreadConstraints"]
    assert spread["topologyKey"] == "kubernetes.io/hostname"


def test_who_is_stopped_may_end_what_it_has() -> None:
    _, pause = container(pod())["lifecycle"]["preStop"]["exec"]["command"]
    assert pod()["terminationGracePeriodSeconds"] >= int(pause) + server.KILL_AFTER_SECONDS + 10


def test_readiness_says_where_calls_go_and_never_restarts() -> None:
    probes = {
        name: container(pod())[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")
    }
    assert {name: each["path"] for name, each in probes.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert {each["port"] for each in probes.values()} == {"http"}


def test_all_mean_the_same_pods_and_the_same_port() -> None:
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]
    (port,) = container(pod())["ports"]
    assert str(port["containerPort"]) == image_environment()["LEG_WEAKNESS_CDS_PORT"]
    (spread,) = pod()["topologySpreadConstraints"]
    for selector in (
        DEPLOYMENT["spec"]["selector"],
        ALL["5-disruption.yaml"]["spec"]["selector"],
        spread["labelSelector"],
    ):
        assert selector == {"matchLabels": labels}
    service = ALL["3-service.yaml"]
    assert service["spec"]["selector"] == labels
    assert [each["targetPort"] for each in service["spec"]["ports"]] == [port["name"]]
    (let_in,) = ALL["6-network.yaml"]["spec"]["ingress"]
    assert let_in["ports"] == [{"port": port["containerPort"], "protocol": "TCP"}]
    annotations = DEPLOYMENT["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(port["containerPort"])
    for path in INGRESS["spec"]["rules"][0]["http"]["paths"]:
        assert path["backend"]["service"] == {
            "name": service["metadata"]["name"],
            "port": {"name": service["spec"]["ports"][0]["name"]},
        }
    assert {each["metadata"].get("namespace") for each in ALL.values()} == {None, "leg-weakness-cds"}


def test_the_ingress_lets_through_what_the_documentation_lists() -> None:
    (rule,) = INGRESS["spec"]["rules"]
    through = {each["path"]: each["pathType"] for each in rule["http"]["paths"]}
    listed = text("deployment.md").split("**What to let through.**")[1].split("\n\n")[1]
    named = {
        path
        for cell in re.findall(r"^\| (`/.*?) \|", listed, re.MULTILINE)
        for path in re.findall(r"`([^`]+)`", cell)
    }
    assert set(through) == named - {"/readyz"}
    assert [path for path, kind in through.items() if kind == "Prefix" and path == "/"] == []
    assert rule["host"] == INGRESS["spec"]["tls"][0]["hosts"][0]
    assert f'"https://{rule["host"]}"' in SETTINGS


def test_the_ingress_takes_in_whole_bodies_a_little_above_the_limit() -> None:
    by = {name.rpartition("/")[2]: value for name, value in INGRESS["metadata"]["annotations"].items()}
    limit = int(rows(text("settings.md"))["max_body_bytes"][0].strip("`"))
    assert limit < int(by["proxy-body-size"].removesuffix("m")) * 1024 * 1024 < limit + 2 * 1024 * 1024
    assert by["proxy-request-buffering"] == "on"
    assert int(by["proxy-read-timeout"]) > 30
