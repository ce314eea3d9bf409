"""The part of the registration sheet on what goes out: to whom, what is held back, what is written down."""

from __future__ import annotations

from msgspec import Struct

from cds_service.settings import Client, Settings
from cds_service.site import users
from cds_service.site.modes import configured


class PutAside(Struct, frozen=True, rename="camel"):
    """That a card which was put aside for one of these reasons stays away (docs/acknowledgement.md)."""

    days: int
    codes: tuple[str, ...]
    by: str
    reason: str


class HeldBack(Struct, frozen=True, rename="camel"):
    """A topic whose cards are counted and not shown."""

    topic: str
    by: str
    reason: str


class Showing(Struct, frozen=True, rename="camel"):
    """As the settings have it; what is switched at the moment is not told."""

    mode: str
    visible_share: int
    """Of 100 charts."""
    users_listed: int
    """How many users alone see cards, 0 for all clinicians; who they are is not for a sheet."""
    user_kinds: tuple[str, ...]
    """As what they are listed, such as PractitionerRole: the EHR has to send them so."""
    held_back: tuple[HeldBack, ...]
    acknowledgement: PutAside | None
    audit: tuple[str, ...]
    """Where FHIR AuditEvents go that name patient and user; empty for none."""
    can_be_switched: bool


def showing(settings: Settings, client: Client) -> Showing:
    listed = [who for each in client.shown_to if (who := users.user(each))]
    aside, audit = client.acknowledgement, settings.audit
    return Showing(
        mode=configured(settings, client),
        visible_share=settings.visible_share,
        users_listed=len(listed),
        user_kinds=tuple(sorted({each.kind for each in listed})),
        held_back=tuple(HeldBack(each.topic, each.by, each.reason) for each in settings.silent_topics),
        acknowledgement=PutAside(aside.days, aside.codes, aside.by, aside.reason) if aside else None,
        audit=tuple(str(each) for each in (audit.url, audit.file) if each) if audit else (),
        can_be_switched=settings.switches_file is not None,
    )
