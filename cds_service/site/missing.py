"""What the settings still lack for an EHR, each with what to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from cds_service.settings import Client, Settings
from cds_service.site.ehrs import Ehr, Known

_ADDRESSES = ("issuer", "jwks_url", "jku")


class Missing(Struct, frozen=True, rename="camel"):
    """One thing to do; `toml` is what to paste into the settings, "" where there is nothing to paste."""

    what: str
    toml: str = ""


def missing(
    ehr: Ehr, known: Known, settings: Settings, client: Client | None, wrong: Sequence[str]
) -> Iterator[Missing]:
    """`wrong`: what keeps the production profile from starting, in the words of the settings."""
    if ehr == "sandbox":
        return
    if not settings.public_base_url:
        yield Missing(
            "public_base_url is not set: the addresses of this sheet are those of this machine. Write the "
            "address under which the EHR calls.",
            'public_base_url = "https://cds.hospital.example"',
        )
    elif _is_example(settings.public_base_url):
        yield Missing("public_base_url is still an example address. Write the site's own.")
    if client is None:
        yield Missing(
            f"No client is registered for {known.title} yet: add the following with the site's own values. "
            "What this sheet shows of it is that proposal.",
            known.client.strip(),
        )
    else:
        yield from _of_client(known, client)
    told = ("public_base_url: missing", "clients: the production profile")
    yield from (Missing(f"{each}.") for each in wrong if not each.startswith(told))


def _of_client(known: Known, client: Client) -> Iterator[Missing]:
    here = f"Client {client.name}"
    proposed = known.proposed
    for name in _ADDRESSES:
        if _is_example(getattr(client, name) or ""):
            yield Missing(f"{here}: {name} is still an example address.")
    if any(map(_is_example, client.fhir_servers)):
        yield Missing(f"{here}: fhir_servers still has an example address.")
    for name in ("subject", "tenant"):
        value = getattr(client, name)
        if value and proposed and value == getattr(proposed, name):
            yield Missing(f"{here}: {name} is still the placeholder {value}.")
    if "subject" in known.needed and not client.subject:
        yield Missing(
            f"{here}: subject is not set, so a token for any client id of this issuer counts.",
            'subject = "CLIENT-ID"',
        )
    if "tenant" in known.needed and not client.tenant:
        yield Missing(
            f"{here}: tenant is not set, so a token of any tenant of this issuer counts, where its tokens "
            "name one.",
            'tenant = "TENANT-ID"',
        )
    if "by-category" in known.needed and client.query_profile != "by-category":
        yield Missing(
            f"{here}: {known.title} grants Conditions and Observations by category, and the searches of "
            "this sheet ask for all at once.",
            'query_profile = "by-category"',
        )
    if "fhir_servers" in known.needed and not client.fhir_servers:
        lost = "what the prefetch lacks" if known.with_prefetch else "anything: every call is refused (412)"
        yield Missing(
            f"{here}: fhir_servers is empty, so nobody can be asked for {lost}.",
            'fhir_servers = ["https://ehr.example/r4"]',
        )
    if client.time_zone == "UTC":
        yield Missing(
            f"{here}: time_zone is UTC. Unless the site is there, dates without a zone are read wrongly.",
            'time_zone = "Europe/London"',
        )


def _is_example(address: str) -> bool:
    return (urlsplit(address).hostname or "").endswith(".example")
