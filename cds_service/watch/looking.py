"""What each part of the service is found to be, without asking for more than is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cds_service.journal.journal import Journal
from cds_service.settings import Settings
from cds_service.watch.readiness import Part
from cds_service.watch.self_test import Result

if TYPE_CHECKING:
    from cds_service.trust.gate import Gate
    from cds_service.watch.audit import Audit


def at_content(*, newer_refused: bool) -> Part:
    """Content is loaded, or there would be no process; a newer one that was refused is said."""
    if newer_refused:
        return Part("content", False, "a newer content was refused; the one before answers", needed=False)
    return Part("content", True, "loaded", needed=True)


def at_self_test(result: Result) -> Part:
    if result.passed:
        return Part("self-test", True, f"{result.charts} charts gave their cards", needed=True)
    return Part(
        "self-test", False, f"{len(result.failed)} of {result.charts} charts gave other cards", needed=True
    )


def at_database(settings: Settings, journal: Journal) -> Part:
    """Hook calls are answered without it, but for clients of which every token must be checked against it."""
    needed = settings.in_production and all(each.replay_check == "required" for each in settings.clients)
    if journal.off:
        return Part("database", True, "none is set", needed=False)
    if journal.is_reachable():
        return Part("database", True, "reachable", needed=needed)
    answered = "no call can be answered" if needed else "cards go out, nothing is counted or stored"
    return Part("database", False, f"cannot be used: {answered}", needed=needed)


def at_keys(gate: Gate | None) -> Part:
    """One client without keys must not take the service from the others; with none nobody is answered."""
    if gate is None:
        return Part("keys", True, "no token is asked for", needed=False)
    held = keys_at_hand(gate)
    lacking = [name for name, there in held.items() if not there]
    if not lacking:
        return Part("keys", True, "at hand for every client", needed=True)
    return Part(
        "keys", False, f"none for {len(lacking)} of {len(held)} clients", needed=len(lacking) == len(held)
    )


def at_audit(audit: Audit) -> Part:
    """Cards go out without it: a red flag that nobody sees harms a patient, and the EHR has its own audit."""
    if not audit.writers:
        return Part("audit", True, "none is set", needed=False)
    if audit.failing:
        return Part("audit", False, "a sink takes no events: cards go out, events wait", needed=False)
    return Part("audit", True, "taken by every sink, or not tried yet", needed=False)


def keys_at_hand(gate: Gate) -> dict[str, bool]:
    """Per client whether its tokens could be verified now."""
    return {name: bool(found and found.keys) for name, each in gate.keys.items() for found in [each.held()]}


def read_missing_keys(gate: Gate) -> None:
    """So that the first call need not wait for them, and a machine gets ready before it is called.

    The keys themselves see to it that no server is asked again and again.
    """
    for each in gate.keys.values():
        if each.held() is None:
            each.current()
