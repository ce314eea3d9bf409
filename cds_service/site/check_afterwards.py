"""Checks of what comes after the cards: feedback on them, and the pages to which they lead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cds_service.addresses import page, place
from cds_service.check_registration import Door, NothingCame
from cds_service.explanations.addresses import INDEX
from cds_service.site.unexpected import unexpected
from cds_service.site.visit import FEEDBACK, Visit, code_of, origin_of, request_id, told


def feedback(visit: Visit) -> None:
    """Puts the synthetic card aside, as not applying to this patient."""
    check = "feedback"
    card = next((each["uuid"] for each in visit.cards if _is_uuid(each.get("uuid"))), None)
    if card is None:
        visit.not_tried(check, "No card came to which feedback could be given.")
        return
    code = next(iter(_reasons(visit.cards[0])), None)
    item: dict[str, Any] = {"card": card, "outcome": "overridden"}
    if code:
        item["overrideReason"] = {"reason": code}
    item["outcomeTimestamp"] = visit.clock().isoformat(timespec="seconds")
    try:
        reply = visit.post(FEEDBACK, json.dumps({"feedback": [item]}).encode(), visit.token(FEEDBACK))
    except NothingCame as error:
        visit.wrong(check, *told(error))
        return
    if reply.status == 200 and isinstance(reply.json, dict) and "stored" in reply.json:
        visit.ok(check, "Feedback is stored.")
    elif code_of(reply) == "not-trusted":
        visit.wrong(
            check,
            "Feedback is refused although its token is for the feedback address.",
            f"Let the proxy pass it unchanged. Request id: {request_id(reply)}.",
        )
    elif code_of(reply) == "feedback-not-stored":
        visit.wrong(
            check, "Feedback cannot be stored.", "Give the journal a database (database_url), and look at it."
        )
    else:
        visit.wrong(check, *unexpected(reply, "Feedback"))


def _reasons(card: Mapping[str, Any]) -> list[dict[str, str]]:
    """Of the card's own reasons that it does not apply, as the patient does not exist."""
    given = card.get("overrideReasons")
    listed = [each for each in (given if isinstance(given, list) else []) if isinstance(each, dict)]
    return [
        {"code": "patient-ineligible", "system": str(each.get("system", ""))}
        for each in listed
        if each.get("code") == "patient-ineligible"
    ]


def _is_uuid(given: object) -> bool:
    try:
        return bool(UUID(str(given)))
    except ValueError:
        return False


def explanations(visit: Visit) -> None:
    """The links of the cards lead to pages that a browser can open without a token."""
    check = "explanations"
    found = list(dict.fromkeys(_links(visit)))
    if not found:
        visit.not_tried(check, "No card came whose links could be followed.")
        return
    foreign = [each for each in found if not each.startswith(f"{visit.base}{INDEX}")]
    if foreign:
        visit.wrong(
            check,
            f"Links of the cards lead to {origin_of(foreign[0])}, not below {visit.base}{INDEX}.",
            "Set public_base_url to the address under which the EHR and its users reach the service.",
        )
        return
    for link in found:
        if (trouble := _not_opened(visit.door, link)) is not None:
            visit.wrong(check, *trouble)
            return
    visit.ok(check, f"The {len(found)} pages to which the cards lead can be opened.")


def _links(visit: Visit) -> list[str]:
    given = [
        card.get("source", {}).get("url") for card in visit.cards if isinstance(card.get("source"), dict)
    ]
    for card in visit.cards:
        listed = card.get("links")
        given += [
            each.get("url") for each in (listed if isinstance(listed, list) else []) if isinstance(each, dict)
        ]
    return [each for each in given if isinstance(each, str)]


def _not_opened(door: Door, link: str) -> tuple[str, str] | None:
    """Why a page cannot be opened; None when it can."""
    where = page(link)
    if where is None or place(link.partition("#")[0]) is None:
        return "A link of a card cannot be read as an address.", "Look at public_base_url."
    try:
        reply = door.ask("GET", where.target.partition("#")[0])
    except NothingCame as error:
        return told(error)
    if reply.status == 200 and "html" in reply.headers.get("content-type", ""):
        return None
    says, _ = unexpected(reply, "A page to which a card leads")
    return says, "Let the proxy pass /explanations and /assets to browsers, without a login."
