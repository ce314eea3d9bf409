"""The dashboard, the alerts and the documentation name metrics that there are, and all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cds_service.settings import Settings
from cds_service.watch import self_test
from cds_service.watch.catalogue import METRICS, Metric
from cds_service.watch.labels import PARTS
from tests.docs.test_docs import rows, text

TOP = Path(__file__).resolve().parents[2]
DASHBOARD = TOP / "deploy" / "grafana" / "leg-weakness.json"
ALERTS = TOP / "deploy" / "prometheus" / "alerts.yml"
NAME = re.compile(r"\blegweakness_\w+")
OF_PROMETHEUS = {"job", "instance", "le"}


def exposed(metric: Metric) -> set[str]:
    if metric.kind == "histogram":
        return {f"{metric.name}_{part}" for part in ("bucket", "sum", "count")}
    return {metric.exposed}


ALL = {name: metric for metric in METRICS for name in exposed(metric)}


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return found


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def expressions() -> Iterator[str]:
    yield from (target["expr"] for panel in panels() for target in panel["targets"])
    yield from (rule["expr"] for rule in rules())


def documented(part: str) -> dict[str, list[str]]:
    return rows(text("watching.md").split(f"## {part}\n")[1].split("\n## ")[0])


def test_every_metric_that_is_asked_for_exists() -> None:
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert asked <= ALL.keys()


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {name for panel in panels() for each in panel["targets"] for name in NAME.findall(each["expr"])}
    assert {metric.name for metric in METRICS} == {ALL[name].name for name in shown}


def test_labels_that_are_asked_for_are_those_of_their_metrics() -> None:
    for expression in expressions():
        known = OF_PROMETHEUS.union(*(ALL[name].labels for name in NAME.findall(expression)))
        by = {
            label.strip() for some in re.findall(r"by \(([^)]*)\)", expression) for label in some.split(",")
        }
        chosen = {
            label
            for some in re.findall(r"\{([^}]*)\}", expression)
            for label in re.findall(r"(\w+)\s*[=!]", some)
        }
        assert by | chosen <= known, expression


def test_what_a_legend_names_is_left_by_its_expression() -> None:
    for panel in panels():
        for target in panel["targets"]:
            named = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", target["legendFormat"]))
            assert all(re.search(rf"\b{name}\b", target["expr"]) or name == "instance" for name in named), (
                target
            )


def test_every_metric_is_described_and_no_other() -> None:
    described = documented("Metrics")
    names = {
        each.exposed.removesuffix("_count") if each.kind == "histogram" else each.exposed: each
        for each in METRICS
    }
    assert set(described) == set(names)
    for name, cells in described.items():
        kind = names[name].kind if names[name].kind in {"counter", "histogram"} else "gauge"
        labels = re.findall(r"`(\w+)`", cells[0])
        assert (cells[0].partition(":")[0], tuple(labels)) == (kind, names[name].labels), name


def test_every_alert_is_described_with_its_severity_and_no_other() -> None:
    described = {name: cells[0] for name, cells in documented("Alerts").items()}
    assert described == {rule["alert"]: rule["labels"]["severity"] for rule in rules()}
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules())


def test_there_is_an_alert_for_each_way_in_which_cards_are_lost() -> None:
    paging = " ".join(rule["expr"] for rule in rules() if rule["labels"]["severity"] == "page")
    for name in (
        "up",
        "legweakness_hook_calls_total",
        "legweakness_refusals_total",
        "legweakness_stage_failures_total",
        "legweakness_keys_at_hand",
        "legweakness_self_test_passed",
    ):
        assert name in paging


def test_every_part_of_readiness_is_described() -> None:
    assert tuple(documented("Readiness")) == PARTS
    assert "Five synthetic charts" in text("watching.md")
    assert len(self_test.CHARTS) == 5


def test_the_example_of_prometheus_can_be_read() -> None:
    lines = text("watching.md").split("    # prometheus.yml\n")[1].split("\n\n")[0].splitlines()
    example = yaml.safe_load("\n".join(line.removeprefix("    ") for line in lines))
    (job,) = example["scrape_configs"]
    assert f'job="{job["job_name"]}"' in ALERTS.read_text(encoding="utf-8")
    assert job["static_configs"][0]["targets"][0].endswith(str(Settings().port))


def test_panels_stand_beside_each_other() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in panels()})
