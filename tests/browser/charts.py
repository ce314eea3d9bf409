"""Charts to paste and upload, as somebody has them at hand; all synthetic."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cds_service import fixtures
from tests.browser.bench import ANKLE, SADDLE


def bundle(name: str = SADDLE) -> str:
    return json.dumps(fixtures.chart(name, datetime.now(UTC)))


def call(name: str = SADDLE) -> str:
    return json.dumps(fixtures.call(name, datetime.now(UTC)))


def ndjson(name: str = SADDLE) -> str:
    entries = fixtures.chart(name, datetime.now(UTC))["entry"]
    return "\n".join(json.dumps(entry["resource"]) for entry in entries)


def two_patients() -> str:
    return f"{ndjson()}\n{ndjson(ANKLE)}"


ATTACKS = (
    "<img src=x onerror=window.hurt=1>",
    "<script>window.hurt=1</script>",
    "<svg onload=window.hurt=1>",
    "[look](javascript:window.hurt=1)",
    "![look](http://tracker.example/dot.png)",
    "'\"><iframe srcdoc='<script>parent.hurt=1</script>'></iframe>",
    "</textarea></title></style></script><details open ontoggle=window.hurt=1>",
    "{{ 7*7 }}{% raw %}",
)


def hostile() -> str:
    """A patient with a red flag in whose chart every text tries to run something or to ask somebody."""
    words = " ".join(ATTACKS)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    weak = {"text": f"Sudden weakness of right leg and arm {words}"}
    subject = {"reference": "Patient/p", "display": words}
    resources: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "id": "p",
            "birthDate": "1960-05-01",
            "name": [{"family": words, "given": [words]}],
            "text": {"status": "generated", "div": f"<div>{words}</div>"},
        },
        *(
            {
                "resourceType": "Condition",
                "id": f"c{number}",
                "subject": subject,
                "code": {"text": f"Sudden weakness of right leg and arm {attack}"},
                "onsetDateTime": yesterday,
                "clinicalStatus": {"coding": [{"code": "active", "display": attack}]},
                "note": [{"text": f"Weak right leg since yesterday. {attack}"}],
            }
            for number, attack in enumerate(ATTACKS)
        ),
        {
            "resourceType": "Observation",
            "id": "<img src=x onerror=window.hurt=1>",
            "status": "final",
            "subject": subject,
            "code": weak,
            "effectiveDateTime": yesterday,
            "valueQuantity": {"value": 1, "unit": words},
        },
    ]
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    )
