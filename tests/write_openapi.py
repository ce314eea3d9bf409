"""Writes the examples into docs/openapi.yaml, from the fixtures and the answers recorded for them.

python -m tests.write_openapi
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import yaml

from cds_service import fixtures
from cds_service.hooks import CONTENT, EXTENSION, REASON_SYSTEM
from cds_service.recording import MOMENT
from tests.record_fixtures import BASE_URL

PAGE = Path(__file__).resolve().parents[1] / "docs" / "openapi.yaml"
BEGIN = "  # Written by python -m tests.write_openapi: from here on nothing is written by hand.\n"
DIGEST = f"sha256:{'0' * 64}"
"""Every change of the content has another, and would change the examples."""
NOTHING, CAUSES, RED_FLAG = (
    "everything-empty",
    "spinal-stenosis-claudication",
    "sciatica-with-saddle-numbness",
)


class _Plain(yaml.SafeDumper):
    """Writes everything out: no part of an example refers to another one."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (as PyYAML calls it)
        return True


def written_anew(page: str) -> str:
    """The page with today's examples. Raises `ValueError` when the mark is gone."""
    before, begin, _ = page.partition(BEGIN)
    if not begin:
        raise ValueError("docs/openapi.yaml has lost the mark behind which the examples stand.")
    written = yaml.dump(
        {"examples": examples()}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120
    )
    return before + begin + textwrap.indent(written, "  ")


def examples() -> dict[str, Any]:
    prefetched, red_flag = fixtures.call(NOTHING, MOMENT), answer_to(RED_FLAG)
    fetched = {name: value for name, value in prefetched.items() if name != "prefetch"}
    fetched["fhirServer"] = "https://ehr.example/fhir"
    fetched["fhirAuthorization"] = {
        "access_token": "made-up",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "patient/*.rs",
        "subject": "leg-weakness-cds",
    }
    item = {
        "card": red_flag["cards"][0]["uuid"],
        "outcome": "overridden",
        "outcomeTimestamp": "2026-06-17T15:32:00Z",
        "overrideReason": {"reason": {"code": "action-completed", "system": REASON_SYSTEM}},
    }
    return {
        "prefetched": _example("Everything came with the call, and the chart is empty", prefetched),
        "fetched": _example("Nothing came with the call: the service reads it from the FHIR server", fetched),
        "nothingToSay": _example("Looked, and there is nothing to say", answer_to(NOTHING)),
        "causes": _example("Possible causes, no red flag", answer_to(CAUSES)),
        "redFlag": _example("A red flag, and possible causes", red_flag),
        "putAside": _example(
            "A card was put aside, as the patient is being assessed already", {"feedback": [item]}
        ),
    }


def answer_to(name: str) -> dict[str, Any]:
    """The recorded answer; the digest, which is not recorded, is one of noughts."""
    answer = fixtures.expected(name, MOMENT, BASE_URL)
    for card in answer["cards"]:
        card["extension"][CONTENT]["digest"] = DIGEST
        if EXTENSION in card["extension"]:
            card["extension"][EXTENSION]["content"]["digest"] = DIGEST
    return answer


def _example(summary: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "value": value}


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
