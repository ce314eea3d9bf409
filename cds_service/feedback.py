"""Feedback on the wire: what clinicians did with cards, in the standard's shape and in those that EHRs send.

What can be read is kept, item by item. What cannot is refused by its place, and takes no other with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import structlog
from msgspec import Raw

from cds_service import feedback_reasons, strict_json
from cds_service.answer import Desk
from cds_service.errors import NotFeedback, ServiceError
from cds_service.journal.entries import Feedback
from cds_service.settings import Settings

if TYPE_CHECKING:
    from cds_service.journal.store import Stored

MAX_BYTES = 1024 * 1024
MAX_ITEMS = 1000
OUTCOMES = ("accepted", "overridden")
_MOST_NAMED = 5
_LAST_DATE = timedelta(days=1)
"""How far a clock may be ahead of ours; what is later counts as of its receipt."""
_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Read:
    """What a body says."""

    items: tuple[Feedback, ...]
    refused: tuple[str, ...]
    """Why an item cannot be read, each beginning with its place."""


def read(body: bytes, desk: Desk, settings: Settings, received: datetime) -> Read:
    """Raises `NotJson`, `NestedTooDeep`, `DuplicateMember` or `NotFeedback` when the whole is no feedback."""
    body = strict_json.checked(strict_json.without_mark(body))
    reader = _Reader(desk, settings.keep_comments, received.replace(microsecond=0))
    items: list[Feedback] = []
    refused: list[str] = []
    given = _items(body)
    if len(given) > MAX_ITEMS:
        raise NotFeedback(
            f"$.feedback: {len(given)} items, at most {MAX_ITEMS} are taken. Send several calls."
        )
    for place, raw in enumerate(given):
        try:
            items.append(reader.item(raw, f"$.feedback[{place}]"))
        except ServiceError as error:
            refused.append(error.sentence)
    return Read(tuple(items), tuple(refused))


def refusal(told: Read) -> NotFeedback:
    """What to answer when not every item could be read."""
    rest = len(told.refused) - _MOST_NAMED
    more = f" {rest} more items are refused too." if rest > 0 else ""
    stored = f" The other items ({len(told.items)}) are stored; sending them again does no harm."
    nothing = " Nothing is stored."
    return NotFeedback(" ".join(told.refused[:_MOST_NAMED]) + more + (stored if told.items else nothing))


def response(stored: Stored) -> dict[str, Any]:
    """Nothing of it is asked for by CDS Hooks; it helps whoever connects an EHR. Without empty members."""
    told = {"stored": stored.new, "repeated": stored.repeated, "unknownCards": stored.unknown_cards}
    return {name: count for name, count in told.items() if count or name == "stored"}


def log_stored(told: Read, stored: Stored) -> None:
    log.info(
        "feedback",
        items=len(told.items),
        refused=len(told.refused),
        stored=stored.new,
        repeated=stored.repeated,
        unknown_cards=stored.unknown_cards,
    )


def _items(body: bytes) -> list[Raw]:
    """The items of `{"feedback": [...]}`, of `{"feedback": {...}}`, of a bare list, or a bare item."""
    whole: Raw | bytes = body
    if body.lstrip().startswith(b"{"):
        members = strict_json.members(_text(body), "The feedback")
        if "feedback" in members:
            whole = members["feedback"]
        elif "card" not in members:
            raise NotFeedback(
                '$.feedback: missing. Send {"feedback": [...]} as CDS Hooks 2.0, Feedback, says.'
            )
    start = bytes(whole).lstrip()[:1]
    if start == b"[":
        return msgspec.json.decode(whole, type=list[Raw])
    if start == b"{":
        return [Raw(bytes(whole))]
    raise NotFeedback("$.feedback: Expected `array`. See CDS Hooks 2.0, Feedback.")


def _text(raw: Raw | bytes) -> bytes:
    """Raises `NotFeedback` for text that is not UTF-8, which nobody has looked at before."""
    try:
        bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise NotFeedback("The feedback holds text that is not UTF-8. Send it as JSON in UTF-8.") from None
    return bytes(raw)


@dataclass(frozen=True, slots=True)
class _Reader:
    desk: Desk
    keep_comments: bool
    received: datetime

    def item(self, raw: Raw, place: str) -> Feedback:
        """Raises `NotFeedback` or `DuplicateMember` naming the place."""
        if not bytes(raw).lstrip().startswith(b"{"):
            raise NotFeedback(f"{place}: Expected `object`.")
        given = strict_json.members(_text(raw), place)
        card = _UUID.fullmatch(_string(given, "card", place))
        if card is None:
            raise NotFeedback(f"{place}.card: must be the uuid of a card of this service.")
        outcome = _string(given, "outcome", place).lower()
        if outcome not in OUTCOMES:
            raise NotFeedback(f"{place}.outcome: must be accepted or overridden.")
        reason = comment = None
        if outcome == "overridden":
            own = self.desk.knowledge.wording["override_reasons"]
            reason, comment = feedback_reasons.read(given, place, own)
        return Feedback(
            card=str(UUID(card[1])),
            outcome=outcome,
            client=self.desk.client.name,
            received=self.received,
            at=self._moment(given, place),
            reason=reason.code if reason else None,
            reason_system=reason.system if reason else None,
            suggestions=_suggestions(given, place),
            comment=comment if self.keep_comments else None,
        )

    def _moment(self, given: Mapping[str, Raw], place: str) -> datetime | None:
        """UTC; None when it is missing. Without a zone it is in the client's."""
        value = _value(given, "outcomeTimestamp", place)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment and moment.tzinfo is None:
                moment = moment.replace(tzinfo=self.desk.client.zone)
            moment = moment.astimezone(UTC) if moment else None
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            raise NotFeedback(f"{place}.outcomeTimestamp: must be a moment such as 2026-11-20T09:30:00Z.")
        return moment if moment <= self.received + _LAST_DATE else None


def _value(given: Mapping[str, Raw], name: str, place: str) -> Any:
    return feedback_reasons.decoded(given[name], f"{place}.{name}") if name in given else None


def _string(given: Mapping[str, Raw], name: str, place: str) -> str:
    value = _value(given, name, place)
    return value.strip() if isinstance(value, str) else ""


def _suggestions(given: Mapping[str, Raw], place: str) -> tuple[str, ...]:
    """The uuids; what is none cannot be of this service, and might be anything."""
    found = _value(given, "acceptedSuggestions", place)
    if found is None:
        return ()
    listed: Sequence[Any] = found if isinstance(found, list) else [found]
    if not all(isinstance(each, dict) for each in listed):
        raise NotFeedback(f"{place}.acceptedSuggestions: must be an array of objects with an id.")
    ids = (_UUID.fullmatch(str(each.get("id", ""))) for each in listed)
    return tuple(dict.fromkeys(str(UUID(each[1])) for each in ids if each))
