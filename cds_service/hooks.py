"""CDS Hooks on the wire: the discovery document, the hook call, the cards.

Built to CDS Hooks 2.0.1 and valid for 3.0: unknown members of a call are ignored, and nothing empty leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Meta, Raw, Struct

from cards.card import Card
from cards.extension import content
from cards.knowledge import Knowledge
from cds_service import prefetch, strict_json
from cds_service.bundles import Value
from cds_service.card_links import CardLinks
from cds_service.errors import NotAHookCall, WrongHook
from cds_service.evidence.twice import says_twice
from cds_service.wanted import Wanted

HOOK = "patient-view"
SERVICE_ID = "leg-weakness"
TITLE = "Leg weakness: red flags and possible causes"
DESCRIPTION = (
    "Reads the findings that are recorded about leg weakness and answers with at most two cards: red flags "
    "that need review now, and possible causes with what speaks for and against each. Silent when the record "
    "shows no leg weakness. No card does not mean that there is no red flag."
)
USAGE = (
    "FHIR R4. Every key of the prefetch is used. What it does not bring is fetched with fhirServer and "
    "fhirAuthorization where the server is registered with the service (read and search of the types of the "
    "prefetch); what cannot be had is said on the card as not assessed. Works without context.encounterId."
)
TOPIC_SYSTEM = "urn:x-leg-weakness-cds:topic"
REASON_SYSTEM = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
EXTENSION = "org.leg-weakness-cds.assessment"
CONTENT = "org.leg-weakness-cds.content"
"""In discovery: what the service knows, for whoever keeps a record of what is installed."""
ACKNOWLEDGED = "org.leg-weakness-cds.acknowledged"
"""Beside the cards: topics of those that are not shown again, for a client that switched that on."""
CARDS = uuid5(NAMESPACE_URL, "urn:x-leg-weakness-cds:card")
"""The namespace of card uuids: never to be changed, or feedback would not find its card."""

NO_CARDS: dict[str, Any] = {"cards": []}
"""The answer when there is nothing to say, and that of a service that is silent or off on purpose."""
NOT_SHOWN = {
    "silent": " For this client the service is silent: it assesses and counts, and answers without cards.",
    "off": " For this client the service is switched off: it answers without cards.",
}

MOST_LOOKED_THROUGH = 256 * 1024
"""In bytes: in a larger call no resource is looked through for members named twice (decision 0014)."""

NonEmpty = Annotated[str, Meta(min_length=1)]
FhirId = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9\-.]{1,64}\Z")]


class Context(Struct, frozen=True):
    """What the hook says about the open chart."""

    patientId: FhirId  # noqa: N815  (names of the wire)
    userId: str | None = None  # noqa: N815
    encounterId: str | None = None  # noqa: N815


class FhirAuthorization(Struct, frozen=True):
    """The EHR's access token for its FHIR server.

    What is missing or odd is for `cds_service.access` to judge: it keeps the service from fetching, and the
    prefetch of the call is assessed all the same.
    """

    access_token: str | None = None
    token_type: str | None = None
    expires_in: float | None = None
    """Seconds."""
    scope: str | None = None
    subject: str | None = None
    patient: str | None = None

    def __repr__(self) -> str:
        """Without the token, which must never be shown."""
        return "FhirAuthorization(...)"


class HookCall(Struct, frozen=True):
    """A call that was read and found valid; the values of the prefetch are still raw."""

    hook: str
    hookInstance: NonEmpty  # noqa: N815
    context: Context
    prefetch: dict[str, Raw] | None = None
    fhirServer: str | None = None  # noqa: N815
    fhirAuthorization: FhirAuthorization | None = None  # noqa: N815
    extension: Raw = Raw(b"{}")
    """As it came: the specification leaves what is in it to the EHR, so nothing in it can refuse a call."""

    @property
    def trigger(self) -> str | None:
        """What the clinician did in Epic, such as 60 for opening the chart; None where no number is said.

        Epic calls `patient-view` for other actions too, for which there is no standard hook.
        """
        try:
            said = _extension.decode(self.extension).trigger
        except _NOT_PLAIN:
            return None
        return None if said is None else str(said)

    @property
    def values(self) -> Mapping[str, Raw | Value]:
        """The values of the prefetch, by key."""
        return self.prefetch or {}


class OpenCall(HookCall, frozen=True):
    """A call of which everything was decoded at once; then `prefetch` is empty."""

    opened: Mapping[str, Value] = {}

    @property
    def values(self) -> Mapping[str, Raw | Value]:
        return self.opened


_Number = Annotated[str, Meta(pattern=r"\A[0-9]{1,6}\Z")] | Annotated[int, Meta(ge=0, le=999_999)]


class _Extension(Struct):
    trigger: _Number | None = msgspec.field(name="com.epic.cdshooks.request.bpa-trigger-action", default=None)


_extension = msgspec.json.Decoder(_Extension)
_call = msgspec.json.Decoder(HookCall)
_prefetch = msgspec.json.Decoder(dict[strict_json.Written, Value], dec_hook=strict_json.as_written)
_PREFETCH = re.compile(rb'"prefetch"[ \t\r\n]*:')
_OURS = ("hook", "hookInstance", "context", "fhirServer", "fhirAuthorization", "extension")
_NOT_PLAIN = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def discovery(wanted: Iterable[Wanted], knowledge: Knowledge, mode: str = "visible") -> dict[str, Any]:
    """The discovery document: it names the content as cards do, and says when no card goes out."""
    service = {
        "hook": HOOK,
        "id": SERVICE_ID,
        "title": TITLE,
        "description": DESCRIPTION,
        "usageRequirements": USAGE + NOT_SHOWN.get(mode, ""),
        "prefetch": {each.key: each.template for each in wanted},
        "extension": {CONTENT: content(knowledge)},
    }
    return {"services": [service]}


def read_call(body: bytes) -> HookCall:
    """Parse the body of a hook call. Raises one of the errors with status 400."""
    body = strict_json.checked(strict_json.without_mark(body))
    try:
        call = _call.decode(body)
        _refuse_duplicates(body)
    except (msgspec.ValidationError, UnicodeDecodeError) as error:
        raise NotAHookCall(_what_is_wrong(error)) from None
    return _for_us(call)


def open_call(body: bytes) -> HookCall:
    """The same, in one go where every resource has one of the usual shapes: most calls of an EHR."""
    return _opened(strict_json.without_mark(body)) or read_call(body)


def _opened(body: bytes) -> HookCall | None:
    """None when it is not that plain. Raises `DuplicateMember` or `WrongHook`."""
    split = _split(body)
    if split is None:
        return None
    try:
        members = strict_json.members(split[0], "The call")
        strict_json.members(members["context"], "$.context")
        _refuse_two_tokens(members)
        call = _call.decode(msgspec.json.encode({name: members[name] for name in _OURS if name in members}))
        values = _prefetch.decode(split[1])
    except (*_NOT_PLAIN, KeyError):
        return None
    opened = strict_json.each_once(values, "$.prefetch")
    if len(body) <= MOST_LOOKED_THROUGH and says_twice(body):
        return None  # piece by piece the resource is found
    if not strict_json.surely_shallow(body, prefetch.resources_in(opened.values())):
        return None
    opened_call = OpenCall(
        call.hook,
        call.hookInstance,
        call.context,
        fhirServer=call.fhirServer,
        fhirAuthorization=call.fhirAuthorization,
        extension=call.extension,
        opened=opened,
    )
    return _for_us(opened_call)


def _split(body: bytes) -> tuple[bytes, memoryview] | None:
    """The call without its prefetch, and the prefetch, where that stands last, as nearly all send it.

    When both parts can be decoded, no brace was mistaken: a name inside a text or deeper down leaves a first
    part that is none, and a member behind the prefetch a second one.
    """
    found = _PREFETCH.search(body)
    end = len(body) - 1
    if found is None or body[end:] != b"}":
        return None
    return body[: found.start()] + b'"prefetch":null}', memoryview(body)[found.end() : end]


def _for_us(call: HookCall) -> HookCall:
    if call.hook != HOOK:
        raise WrongHook(f"$.hook: this service answers {HOOK} only. Register it for that hook.")
    return call


def _refuse_duplicates(body: bytes) -> None:
    """Which of two patients is meant, nobody can say; inside a resource it is the evidence that decides."""
    call = strict_json.members(body, "The call")
    strict_json.members(call["context"], "$.context")
    _refuse_two_tokens(call)
    if call.get("prefetch", Raw(b"null")) != Raw(b"null"):
        strict_json.members(call["prefetch"], "$.prefetch")


def _refuse_two_tokens(call: Mapping[str, Raw]) -> None:
    if call.get("fhirAuthorization", Raw(b"null")) != Raw(b"null"):
        strict_json.members(call["fhirAuthorization"], "$.fhirAuthorization")


def _what_is_wrong(error: Exception) -> str:
    """What msgspec says has the path and what was expected there, never the value."""
    if isinstance(error, UnicodeDecodeError):
        return "The call holds text that is not UTF-8. Send the call as JSON in UTF-8."
    expected, _, place = str(error).partition(" - at ")
    return (
        f"{place.strip('`') or '$'}: {expected}. See CDS Hooks 2.0, HTTP Request, and the hook patient-view."
    )


def response(
    hook_instance: str,
    cards: Iterable[Card],
    extension: Mapping[str, Any] | None,
    knowledge: Knowledge,
    links: CardLinks,
    *,
    acknowledged: Iterable[Card] = (),
) -> dict[str, Any]:
    """The answer to a hook call; the first card carries the machine-readable assessment, `extension`.

    `acknowledged`: cards left out as they were put aside, which programs are told by their topics. An empty
    list of cards alone means "looked, nothing to say".
    """
    written = [card_json(card, hook_instance, knowledge, links) for card in cards]
    if written and extension:
        written[0]["extension"][EXTENSION] = dict(extension)
    if topics := [card.topic for card in acknowledged]:
        return {"cards": written, "extension": {ACKNOWLEDGED: {"topics": topics}}}
    return {"cards": written}


def card_json(card: Card, hook_instance: str, knowledge: Knowledge, links: CardLinks) -> dict[str, Any]:
    """One card as CDS Hooks has it. The same call gives the same uuid."""
    written = {
        "uuid": card_uuid(hook_instance, card),
        "summary": card.summary,
        "detail": card.detail,
        "indicator": card.indicator,
        "source": _source(card, knowledge, links),
        "links": links.of(card),
        "overrideReasons": override_reasons(knowledge),
        "extension": {CONTENT: content(knowledge)},
    }
    return {name: value for name, value in written.items() if value != []}  # CDS Hooks has no empty arrays


def _source(card: Card, knowledge: Knowledge, links: CardLinks) -> dict[str, Any]:
    label = str(knowledge.wording["source_label"]).format(version=knowledge.version)
    topic = {"system": TOPIC_SYSTEM, "code": card.topic, "display": card.topic_display}
    url = links.source(card)
    return {"label": label, **({"url": url} if url else {}), "topic": topic}


def card_uuid(hook_instance: str, card: Card) -> str:
    """The journal keeps this in place of the `hookInstance`, which cannot be told from it."""
    return str(uuid5(CARDS, f"{hook_instance} {card.key}"))


def override_reasons(knowledge: Knowledge) -> list[dict[str, str]]:
    """Why a clinician may put a card aside."""
    reasons: Mapping[str, str] = knowledge.wording["override_reasons"]
    return [{"system": REASON_SYSTEM, "code": code, "display": words} for code, words in reasons.items()]
