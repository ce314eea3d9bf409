"""Checks of what is answered: discovery, cards, time, a call without data, sizes, feedback, explanations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cds_service.addresses import page, place
from cds_service.check_registration import Door, Fault, NothingCame, Reply
from cds_service.explanations.addresses import INDEX
from cds_service.hooks import HOOK, SERVICE_ID
from cds_service.reasons import WORDS, Reason
from cds_service.site.check_trust import GIVE_KEY, NO_KEY
from cds_service.site.unexpected import unexpected
from cds_service.site.visit import (
    DISCOVERY,
    FEEDBACK,
    SERVICE,
    Visit,
    code_of,
    origin_of,
    request_id,
    sentence_of,
    told,
)

LARGE_CHART = 2 * 1024 * 1024
"""Bytes: more than proxies take unless told otherwise (nginx: 1 MiB), less than large charts have."""
TOO_LARGE = 10 * 1024**3
_ANNOUNCED_WAIT = 5.0
_LEFT = (
    "discovery",
    "cards",
    "time",
    "without-data",
    "large-chart",
    "body-limit",
    "feedback",
    "explanations",
)


def nothing(visit: Visit, says: str = NO_KEY, do: str = GIVE_KEY) -> None:
    for check in _LEFT:
        visit.not_tried(check, says, do)


def discovery(visit: Visit) -> None:
    try:
        reply = visit.get(DISCOVERY, visit.token(DISCOVERY))
    except NothingCame as error:
        visit.wrong("discovery", *told(error))
        return
    if reply.status != 200 or not isinstance(reply.json, dict):
        visit.wrong("discovery", *unexpected(reply, "Discovery"))
        return
    services = reply.json.get("services")
    ours = [
        each
        for each in (services if isinstance(services, list) else [])
        if isinstance(each, dict) and each.get("id") == SERVICE_ID and each.get("hook") == HOOK
    ]
    if not ours:
        visit.wrong(
            "discovery",
            f"Discovery does not list {SERVICE_ID} for {HOOK}.",
            "Another service lives here: look at the proxy's routes.",
        )
    elif not isinstance(keys := ours[0].get("prefetch"), dict) or not keys:
        visit.wrong(
            "discovery", "Discovery lists no prefetch.", "Is a proxy in between that changes answers?"
        )
    else:
        visit.ok("discovery", f"Discovery lists {SERVICE_ID} for {HOOK} with {len(keys)} prefetch keys.")


def cards(visit: Visit, reply: Reply) -> bool:
    """Whether the synthetic chart got its critical card; keeps the cards."""
    body = reply.json
    given = body.get("cards") if reply.status == 200 and isinstance(body, dict) else None
    if not isinstance(given, list):
        visit.wrong("cards", *unexpected(reply))
        return False
    visit.cards = [each for each in given if isinstance(each, dict)]
    if any(each.get("indicator") == "critical" for each in visit.cards):
        visit.ok("cards", "The synthetic chart with a red flag gets its critical card.")
    elif visit.cards:
        visit.wrong(
            "cards",
            "The synthetic chart with a red flag gets cards, but no critical one.",
            "Does a proxy cut the call? Else other content is in use: look at `content` in the settings.",
        )
    else:
        visit.wrong(
            "cards",
            "The synthetic chart with a red flag gets no card.",
            "Is the service silent, switched off, or not ours? Nobody would be warned.",
        )
    _time(visit, reply)
    return True


def _time(visit: Visit, reply: Reply) -> None:
    took = f"{reply.seconds:.2f} s from the connection to the last byte"
    if reply.seconds <= visit.within:
        visit.ok("time", f"Answered in {took}.")
    else:
        visit.wrong(
            "time",
            f"Answered in {took}; {visit.within:g} s are the limit.",
            "Check again (the first call reads the keys); then look at network, proxy, workers and memory.",
        )


def without_data(visit: Visit) -> None:
    """What an EHR gets that sends nothing, as Epic does when the endpoint differs from the registered one."""
    check = "without-data"
    try:
        reply = visit.post(SERVICE, visit.call_without_data(), visit.token(SERVICE))
    except NothingCame as error:
        visit.wrong(check, *told(error))
        return
    if code_of(reply) != "record-unavailable":
        if reply.status == 200:
            visit.wrong(
                check,
                "A call without data is answered as if there were any.",
                "Does that FHIR server have this synthetic patient? Else this is not our service.",
            )
        else:
            visit.wrong(check, *unexpected(reply, "A call without data"))
        return
    if visit.fhir_server and WORDS[Reason.NOT_REGISTERED].error in sentence_of(reply):
        visit.wrong(
            check,
            f"The FHIR server at {origin_of(visit.fhir_server)} is not registered for this client.",
            "Write its base address into fhir_servers, letter by letter as the EHR sends it.",
        )
        return
    visit.ok(
        check,
        "A call without data is refused with 412. When calls of the EHR are: context arrived without data: "
        "endpoint address differs from the registered one?",
    )


def large_chart(visit: Visit) -> None:
    check = "large-chart"
    try:
        reply = visit.post(SERVICE, visit.call(padding=LARGE_CHART), visit.token(SERVICE))
    except NothingCame as error:
        visit.wrong(check, *told(error))
        return
    if reply.status == 200:
        visit.ok(check, "A call of 2 MiB gets through.")
    else:
        visit.wrong(check, *unexpected(reply, "A call of 2 MiB"))


def body_limit(visit: Visit) -> None:
    """Announces more than anybody takes, and does not send it."""
    check = "body-limit"
    try:
        reply = visit.post(SERVICE, b"{", visit.token(SERVICE), announced=TOO_LARGE, patience=_ANNOUNCED_WAIT)
    except NothingCame as error:
        if error.fault is Fault.TIMEOUT:
            visit.not_tried(check, "Nobody refuses a body before it comes; a huge one is not sent.")
        else:
            visit.ok(check, "A call of 10 GiB is cut off before it is sent.")
        return
    if reply.status == 413:
        visit.ok(check, "A call of 10 GiB is refused before it is sent (413).")
    else:
        visit.wrong(check, *unexpected(reply, "A call of 10 GiB"))


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
