"""Checks of what is answered: discovery, cards, time, a call without data, sizes."""

from __future__ import annotations

from cds_service.check_registration import Fault, NothingCame, Reply
from cds_service.hooks import HOOK, NO_CARDS, NOT_SHOWN, SERVICE_ID
from cds_service.reasons import WORDS, Reason
from cds_service.site.check_trust import GIVE_KEY, NO_KEY
from cds_service.site.unexpected import unexpected
from cds_service.site.visit import (
    DISCOVERY,
    SERVICE,
    Visit,
    code_of,
    origin_of,
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
        usage = str(ours[0].get("usageRequirements"))
        visit.shown_nothing = next((mode for mode, said in NOT_SHOWN.items() if said in usage), "")


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
    elif visit.shown_nothing:
        visit.wrong(
            "cards",
            f"The service is {visit.shown_nothing} for this client: the synthetic chart gets no card.",
            "In a silent phase that is meant, and nobody is warned: check with the key of a test client that "
            "sees cards (docs/go-live.md).",
        )
    else:
        visit.wrong(
            "cards",
            "The synthetic chart with a red flag gets no card.",
            "Is it held back (the chart not in visible_share, the user of the call not in shown_to, the "
            "topic switched), or is this not our service? Nobody would be warned.",
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
        if reply.json == NO_CARDS and not visit.cards:
            visit.not_tried(check, "A call without data is no error while no card goes out.")
        elif reply.status == 200:
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
