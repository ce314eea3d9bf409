"""The real call: over HTTP to the service's own address on this machine, and to nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from typing import Any

from cds_service.hooks import REASON_SYSTEM, SERVICE_ID
from cds_service.settings import Settings

SERVICE = f"/cds-services/{SERVICE_ID}"
FEEDBACK = f"{SERVICE}/feedback"
SECONDS = 30.0
"""For a whole call, which fetches for `time_budget` at most."""
MOST_BYTES = 4 * 1024 * 1024
"""Of an answer; the cards of a call are some kilobytes."""
SHOWN_HEADERS = ("Content-Type", "Content-Length", "X-Request-Id", "Retry-After", "Server")


@dataclass(frozen=True, slots=True)
class Run:
    """One call, and what came back."""

    sent: bytes
    status: int = 0
    """0 where nothing came back."""
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    milliseconds: float = 0.0
    """From the first byte that was sent to the last that came back."""
    trouble: str = ""
    """Why nothing came back, or nothing that can be used; in words."""

    @property
    def request(self) -> Any:
        """The call as it was sent; None where it is no JSON."""
        return _json(self.sent)

    @property
    def answer(self) -> dict[str, Any] | None:
        """None where it is no JSON object."""
        read = _json(self.body)
        return read if isinstance(read, dict) else None

    @property
    def cards(self) -> list[dict[str, Any]]:
        found = (self.answer or {}).get("cards")
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    @property
    def answered(self) -> bool:
        """Whether the service looked: only then an empty list of cards says that it has nothing to say."""
        return self.status == 200 and isinstance((self.answer or {}).get("cards"), list)

    @property
    def refusal(self) -> list[tuple[str, str]]:
        """Code and sentence of each issue, where the service answered with an OperationOutcome."""
        answer = self.answer or {}
        issues = answer.get("issue") if answer.get("resourceType") == "OperationOutcome" else None
        told = [each for each in issues if isinstance(each, dict)] if isinstance(issues, list) else []
        return [(_code(each), str(each.get("diagnostics", ""))) for each in told]


def own_address(settings: Settings) -> str:
    """Where this service listens on this machine, whatever address it is known by elsewhere."""
    host, port = _place(settings)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def call(settings: Settings, body: bytes) -> Run:
    """Call the service as an EHR does."""
    return _post(settings, SERVICE, body)


def feedback(
    settings: Settings, card: str, outcome: str, reason: str = "", comment: str = "", *, at: datetime
) -> Run:
    """Tell the service what a clinician did with a card, as CDS Hooks 2.0, Feedback, has it."""
    item: dict[str, Any] = {"card": card, "outcome": outcome}
    if outcome == "overridden":
        why: dict[str, Any] = {"reason": {"code": reason, "system": REASON_SYSTEM}} if reason else {}
        why |= {"userComment": comment} if comment else {}
        item |= {"overrideReason": why} if why else {}
    item["outcomeTimestamp"] = at.astimezone(UTC).isoformat(timespec="seconds")
    return _post(settings, FEEDBACK, json.dumps({"feedback": [item]}).encode())


def _place(settings: Settings) -> tuple[str, int]:
    return ("127.0.0.1" if settings.host == "localhost" else settings.host), settings.port


def _post(settings: Settings, path: str, body: bytes) -> Run:
    host, port = _place(settings)
    with closing(HTTPConnection(host, port, timeout=SECONDS)) as connection:
        start = perf_counter()
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            with connection.getresponse() as response:
                came = response.read(MOST_BYTES + 1)
                took = (perf_counter() - start) * 1000
        except TimeoutError:
            return Run(body, trouble=f"The service did not answer within {SECONDS:.0f} seconds.")
        except (OSError, HTTPException) as error:
            return Run(
                body,
                trouble=f"The service could not be reached at {own_address(settings)} "
                f"({type(error).__name__}). Does it still run, and listen there?",
            )
    headers = {name: value for name in SHOWN_HEADERS if (value := response.headers.get(name)) is not None}
    told = Run(body, response.status, response.reason, headers, came.decode("utf-8", "replace"), took)
    if len(came) > MOST_BYTES:
        return Run(body, told.status, told.reason, headers, "", took, "The answer is too long to be shown.")
    return told


def _code(issue: Mapping[str, Any]) -> str:
    match issue.get("details"):
        case {"coding": [{"code": str(code)}, *_]}:
            return code
    return str(issue.get("code", ""))


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
