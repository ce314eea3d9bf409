"""The commands `register` and `check-registration`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
import msgspec

from cds_service.cli_parts import AS_OF, CONFIG, Misuse, log_lines, moment_of, plainly

if TYPE_CHECKING:
    from cds_service.addresses import Place
    from cds_service.settings import Client, Settings
    from cds_service.site.ehrs import Ehr
    from cds_service.site.signing import PrivateKey
    from cds_service.site.visit import Result

EHRS = ("epic", "oracle", "generic", "sandbox")


@click.command()
@click.argument("ehr", type=click.Choice(EHRS))
@CONFIG
@AS_OF
@click.option("--client", "name", metavar="NAME", help="Which registered client, when there are several.")
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of Markdown.")
@plainly
def register(ehr: str, config: Path | None, as_of: str | None, name: str | None, *, machine: bool) -> None:
    """Print what an integration team enters in its EHR, from the settings as they are."""
    from cds_service import settings
    from cds_service.site import sheet, sheet_markdown

    given, wrong = settings.load_unfinished(config)
    client = _client(given, ehr, name)
    with log_lines(shown=False):
        written = sheet.write(cast("Ehr", ehr), given, client, wrong, moment_of(as_of))
    click.echo(msgspec.json.encode(written) if machine else sheet_markdown.markdown(written))


def _client(settings: Settings, ehr: str, name: str | None) -> Client | None:
    """The one named; else the only one, or the only one with the EHR in its name. None when there is none."""
    clients = settings.clients
    if name is not None:
        found = [each for each in clients if each.name == name]
        if not found:
            known = ", ".join(each.name for each in clients) or "none"
            raise Misuse(f"No client is called {name}. Registered: {known}.")
        return found[0]
    if len(clients) < 2:
        return clients[0] if clients else None
    named = [each for each in clients if ehr in each.name.casefold()]
    if len(named) == 1:
        return named[0]
    raise Misuse(f"Several clients: {', '.join(each.name for each in clients)}. Say which: --client NAME.")


@click.command("check-registration")
@click.argument("url")
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Private key of a test client (PEM, JWK or JWK set), to sign tokens as the EHR does.",
)
@click.option("--kid", help="The key's name in the EHR's JWK set; of a JWK by default its own.")
@click.option("--alg", help="With what to sign; by default what the key says, else RS384 or as its curve is.")
@click.option("--issuer", help="The iss of the tokens.")
@click.option("--subject", "--client-id", help="Their sub.")
@click.option("--tenant", help="Their tenant.")
@click.option("--jku", help="The address of the keys that they name.")
@click.option("--fhir-server", help="The FHIR base address that the EHR sends; nothing is read from it.")
@click.option(
    "--ca-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Authorities (PEM) instead of the system's.",
)
@click.option("--within", type=float, default=2.0, show_default=True, help="Seconds for a call.")
@click.option("--insecure-loopback", is_flag=True, help="Allow http for this very machine.")
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def check_registration(
    *,
    url: str,
    key: Path | None,
    kid: str | None,
    alg: str | None,
    issuer: str | None,
    subject: str | None,
    tenant: str | None,
    jku: str | None,
    fhir_server: str | None,
    ca_file: Path | None,
    within: float,
    insecure_loopback: bool,
    machine: bool,
) -> None:
    """Test a live deployment from outside, with a synthetic chart.

    URL is its public_base_url, or the address of discovery or of the endpoint. It leaves some calls of a
    synthetic patient in the journal, and one feedback.
    """
    from cds_service.check_registration import Door
    from cds_service.site.check import check
    from cds_service.site.signing import Signer
    from cds_service.site.visit import Visit

    base = _base(url)
    signer: Signer | None = None
    if key is not None:
        if not issuer:
            raise Misuse("--key needs --issuer: the iss that the service has for this client.")
        signer = Signer(*_key(key, kid, alg), issuer, subject, tenant, jku)
    visit = Visit(
        base[0],
        Door(base[1], max(10.0, 5 * within), ca_file),
        lambda: datetime.now(UTC),
        signer,
        fhir_server,
        insecure_loopback,
        within,
    )
    results = check(visit)
    _show(results, base[0], machine=machine)
    sys.exit(1 if any(each.outcome == "wrong" for each in results) else 0)


def _base(url: str) -> tuple[str, Place]:
    """The base address, and where it lies."""
    from cds_service.addresses import place
    from cds_service.site.visit import DISCOVERY, SERVICE

    base = url.rstrip("/")
    for end in (SERVICE, DISCOVERY):
        base = base.removesuffix(end)
    base = base.rstrip("/")
    where = place(base)
    if where is None:
        raise Misuse(
            "URL: must be an address such as https://cds.hospital.example/cds, without user, ? and #."
        )
    return base, where


def _key(file: Path, kid: str | None, alg: str | None) -> tuple[PrivateKey, str, str]:
    from cds_service.site.signing import KeyRefused, read_key

    try:
        return read_key(file, kid, alg)
    except KeyRefused as error:
        raise Misuse(f"--key: {error}.") from None


def _show(results: list[Result], base: str, *, machine: bool) -> None:
    from cds_service.site.check import CHECKS

    counts = {
        outcome: sum(each.outcome == outcome for each in results) for outcome in ("ok", "wrong", "not tried")
    }
    if machine:
        checks = [
            {"check": each.check, "outcome": each.outcome, "says": each.says, "do": each.do}
            for each in results
        ]
        click.echo(msgspec.json.encode({"address": base, "counts": counts, "checks": checks}))
        return
    click.echo(f"Checked from outside, with a synthetic chart: {base}\n")
    for each in results:
        click.echo(f"{each.outcome:9}  {CHECKS[each.check]}: {each.says}")
        if each.do:
            click.echo(f"{'':11}-> {each.do}")
    click.echo("\n" + ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) + ".")
