"""The registration sheet: what an integration team enters in its EHR, from the settings and the content.

Nothing of it is typed here a second time: the searches are those of discovery, the codes those of cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from cards.extension import content as content_named
from cards.knowledge import Knowledge
from cds_service import hooks
from cds_service.answer import Desk
from cds_service.explanations import addresses
from cds_service.settings import Client, Settings
from cds_service.site import ehrs, missing, sample, sheet_showing
from cds_service.site.ehrs import Ehr, Fact, Known, Subtype, TokenFacts
from cds_service.trust import claims
from cds_service.wanted import Wanted

FHIR_VERSION = "R4 (4.0.1)"
CDS_HOOKS = "2.0.1, valid for 3.0.0-ballot"
_MEDICATIONS = {"MedicationRequest", "MedicationStatement", "MedicationAdministration"}


class Addresses(Struct, frozen=True, rename="camel"):
    """Where the EHR and its users reach the service."""

    discovery: str
    endpoint: str
    feedback: str
    links: str
    """What every link on a card begins with."""


class Search(Struct, frozen=True, rename="camel"):
    """One line of the prefetch table."""

    key: str
    resource: str
    query: str
    could_hold_red_flag: bool


class Scope(Struct, frozen=True, rename="camel"):
    """A right that the EHR has to grant; the prefix patient/, user/ or system/ is the EHR's affair."""

    resource: str
    v1: str
    v2: str
    subtypes: tuple[Subtype, ...] = ()


class Token(Struct, frozen=True, rename="camel"):
    """What is expected of the tokens of this client, and what is known of those of this EHR."""

    required: bool
    issuer: str | None
    jwks: str | None
    jku: str | None
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...]
    subject: str | None
    tenant: str | None
    leeway_seconds: int
    longest_life_seconds: int
    replay_check: str
    claims: tuple[str, ...]
    ehr: TokenFacts


class Topic(Struct, frozen=True, rename="camel"):
    """What a card is about."""

    code: str
    means: str
    indicator: str
    page: str


class Reason(Struct, frozen=True, rename="camel"):
    """Why a clinician puts a card aside; `site_reason` is for the site to fill in."""

    code: str
    words: str
    site_reason: str = ""


class Times(Struct, frozen=True, rename="camel"):
    """In seconds."""

    service_answers_within: float
    """Where it fetches; without fetching in a fraction of a second."""
    ehr_should_wait: float
    proxy_should_wait: float


class Sheet(Struct, frozen=True, rename="camel"):
    """The whole sheet."""

    ehr: str
    title: str
    client: str | None
    registered: bool
    content: dict[str, str]
    addresses: Addresses
    hook: str
    cds_hooks: str
    fhir: str
    with_prefetch: bool
    prefetch: tuple[Search, ...]
    fhir_servers: tuple[str, ...]
    not_offered: tuple[str, ...]
    scopes: tuple[Scope, ...]
    token: Token
    allowed_links: tuple[str, ...]
    topic_system: str
    topics: tuple[Topic, ...]
    reason_system: str
    override_reasons: tuple[Reason, ...]
    firing: ehrs.Firing
    showing: sheet_showing.Showing
    times: Times
    facts: tuple[Fact, ...]
    sources: dict[str, str]
    missing: tuple[missing.Missing, ...]
    sample: sample.Sample


def write(ehr: Ehr, settings: Settings, client: Client | None, wrong: Sequence[str], now: datetime) -> Sheet:
    """`client`: the one that is registered for this EHR, None where none is yet.

    `wrong`: what keeps production from starting. Raises `SettingsRefused` or `ContentError`.
    """
    known = ehrs.known().of(ehr)
    shown = client or known.proposed or settings.caller
    desk = Desk.ready(settings).of_client(settings, shown)
    content, base = desk.knowledge, settings.base_url
    endpoint = f"{base}/cds-services/{hooks.SERVICE_ID}"
    links = f"{base}{addresses.INDEX}"
    used = {known.token.source, ehrs.known().firing.source, *(each.source for each in known.facts)}
    return Sheet(
        ehr=ehr,
        title=known.title,
        client=client.name if client else None,
        registered=client is not None,
        content=content_named(content),
        addresses=Addresses(f"{base}/cds-services", endpoint, f"{endpoint}/feedback", links),
        hook=hooks.HOOK,
        cds_hooks=CDS_HOOKS,
        fhir=FHIR_VERSION,
        with_prefetch=known.with_prefetch,
        prefetch=tuple(map(_search, desk.wanted)),
        fhir_servers=shown.fhir_servers,
        not_offered=shown.not_offered,
        scopes=tuple(_scopes(desk.wanted, shown.not_offered, known)),
        token=_token(ehr, endpoint, base, shown, known.token),
        allowed_links=(links,),
        topic_system=hooks.TOPIC_SYSTEM,
        topics=tuple(_topics(content, base)),
        reason_system=hooks.REASON_SYSTEM,
        override_reasons=tuple(
            Reason(each["code"], each["display"]) for each in hooks.override_reasons(content)
        ),
        firing=ehrs.known().firing,
        showing=sheet_showing.showing(settings, shown),
        times=_times(settings),
        facts=known.facts,
        sources={key: words for key, words in ehrs.known().sources.items() if key in used},
        missing=tuple(missing.missing(ehr, known, settings, client, wrong)),
        sample=sample.sample(desk, now, with_prefetch=known.with_prefetch),
    )


def _search(wanted: Wanted) -> Search:
    return Search(wanted.key, wanted.resource_type, wanted.template, wanted.could_hold_red_flag)


def _scopes(wanted: Sequence[Wanted], not_offered: Sequence[str], known: Known) -> list[Scope]:
    """In the order of discovery; of what is asked for by its id alone only the reading."""
    types = [each for each in dict.fromkeys(each.resource_type for each in wanted) if each not in not_offered]
    if _MEDICATIONS & set(types):
        types.append("Medication")
    keys = {each.key for each in wanted}
    return [
        Scope(
            each,
            f"{each}.read",
            f"{each}.{'r' if each in {'Patient', 'Medication'} else 'rs'}",
            tuple(one for one in known.subtypes if one.resource == each and (not one.key or one.key in keys)),
        )
        for each in types
    ]


def _token(ehr: Ehr, endpoint: str, base: str, client: Client, facts: TokenFacts) -> Token:
    own = (f"{base}/cds-services", endpoint, f"{endpoint}/feedback")
    return Token(
        required=ehr != "sandbox",
        issuer=client.issuer,
        jwks=client.jwks_url or (str(client.jwks_file) if client.jwks_file else None),
        jku=client.jku or client.jwks_url,
        audiences=(*own, *client.audiences),
        algorithms=client.algorithms,
        subject=client.subject or None,
        tenant=client.tenant or None,
        leeway_seconds=claims.LEEWAY,
        longest_life_seconds=client.longest_token_life,
        replay_check=client.replay_check,
        claims=("iss", "aud", "exp", "iat", "jti"),
        ehr=facts,
    )


def _topics(content: Knowledge, base: str) -> list[Topic]:
    words: Any = content.wording
    found = [
        Topic(
            rule.topic,
            rule.title,
            "critical" if rule.critical else "warning",
            f"{base}{addresses.red_flag(rule.id)}",
        )
        for rule in content.rules
    ]
    for name, page in (("differential", addresses.CAUSES), ("incomplete", addresses.NOT_ASSESSED)):
        code, means = str(words[f"{name}_topic"]), str(words[name]["topic_display"])
        found.append(Topic(code, means, "info", f"{base}{page}"))
    return found


def _times(settings: Settings) -> Times:
    """The proxy may not give up before the service does; the EHR not before the answer is through."""
    return Times(settings.time_budget, settings.time_budget + 1, settings.time_budget + 5)
