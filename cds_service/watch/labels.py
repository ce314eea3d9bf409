"""The values that each label may take; whatever else is handed in counts as `other`."""

from __future__ import annotations

import platform
from collections.abc import Collection, Mapping
from importlib.metadata import PackageNotFoundError, version
from itertools import product

from cds_service import errors
from cds_service.answer import Desk
from cds_service.feedback import OUTCOMES
from cds_service.reasons import Reason
from cds_service.settings import Settings
from cds_service.sorting import State
from cds_service.trust.refusal import Why
from cds_service.watch.catalogue import METRICS, PREFIX

OTHER = "other"
STAGES = (
    "record",
    "fetching",
    "evidence",
    "red flags",
    "differential",
    "red flag card",
    "plain red flag card",
    "differential card",
    "incomplete card",
    "extension",
    "mode",
    "holding back",
    "acknowledged",
    "journal",
    "audit",
    "metrics",
    "log",
)
PARTS = ("content", "self-test", "database", "keys", "audit")
FHIR_SINK, FILE_SINK = "fhir", "file"
SWITCHED_OFF, NOT_ASSESSED = "switched-off", "not-assessed"
CALL_OUTCOMES = ("card", "no-card", "held-back", "acknowledged", "failed", SWITCHED_OFF, NOT_ASSESSED)
WAYS = ("prefetched", "fetched")
LOOKED_UP = ("answered", "unanswered")
REPLAY_ANSWERS = ("first", "replayed", "unchecked")
COMPLETE = "complete"
NO_REASON = "none"


def built() -> str:
    try:
        return version("leg-weakness-cds")
    except PackageNotFoundError:  # run from its folder
        return "unknown"


def allowed(settings: Settings, desk: Desk) -> Mapping[str, Collection[tuple[str, ...]]]:
    """Per metric, by its short name, every combination of label values that there may be."""
    content = desk.knowledge
    topics = [rule.topic for rule in content.rules]
    topics += [str(content.wording["differential_topic"]), str(content.wording["incomplete_topic"])]
    values: dict[str, Collection[str]] = {
        "client": (*(each.name for each in settings.clients), settings.caller.name),
        "way": WAYS,
        "topic": topics,
        "indicator": ("critical", "warning", "info"),
        "resource_type": sorted({each.resource_type for each in desk.wanted}),
        "state": [each.name.lower() for each in State],
        "result": (COMPLETE, *Reason),
        "red_flag_possible": ("yes", "no"),
        "stage": STAGES,
        "error": [each.code for each in errors.ServiceError.__subclasses__()],
        "answer": REPLAY_ANSWERS,
        "part": PARTS,
        "sink": (FHIR_SINK, FILE_SINK),
        "digest": (content.digest,),
        "python": (platform.python_version(),),
    }
    own: dict[tuple[str, str], Collection[str]] = {
        ("hook_calls", "outcome"): CALL_OUTCOMES,
        ("hook_call_seconds", "outcome"): CALL_OUTCOMES,
        ("feedback", "outcome"): OUTCOMES,
        ("feedback", "reason"): (NO_REASON, *content.wording["override_reasons"]),
        ("untrusted", "reason"): tuple(Why),
        ("acknowledgement_checks", "answer"): LOOKED_UP,
        ("content_info", "version"): (content.version,),
        ("build_info", "version"): (built(),),
    }
    closed: dict[str, Collection[tuple[str, ...]]] = {}
    for metric in METRICS:
        name = metric.name.removeprefix(PREFIX)
        lists = [[str(v) for v in own.get((name, label), values.get(label, ()))] for label in metric.labels]
        if metric.kind in {"counter", "histogram"}:
            lists = [[*each, OTHER] for each in lists]
        closed[name] = list(dict.fromkeys(product(*lists)))
    return closed
