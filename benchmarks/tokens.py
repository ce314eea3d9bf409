"""`python -m benchmarks.tokens`: what a token costs beside its bare signature; the replay check apart."""

from __future__ import annotations

import json
import tempfile
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from typing import Any
from uuid import uuid4

import click
import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from cds_service.errors import NotTrusted
from cds_service.hooks import SERVICE_ID
from cds_service.journal import opening
from cds_service.settings import Client, Settings
from cds_service.trust.gate import Gate

BASE = "https://cds.example"
PATH = f"/cds-services/{SERVICE_ID}"
ISSUER = "https://ehr.example/fhir"
PER_TURN = 50
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds for one token; medians of the turns, which are the medians of their calls."""

    algorithm: str
    signature: float
    """The bare verification by cryptography."""
    verified: float
    """The whole gate without the replay check."""
    refused: float
    """A token of an issuer that nobody knows."""
    verified_once: float
    """The whole gate with the replay check, in SQLite."""

    @property
    def beyond_signature(self) -> float:
        return self.verified - self.signature


def keys() -> Mapping[str, Key]:
    return {
        "RS384": rsa.generate_private_key(65537, 2048),
        "ES384": ec.generate_private_key(ec.SECP384R1()),
    }


def public(algorithm: str, key: Key) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        made = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        made = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return made | {"kid": algorithm, "alg": algorithm, "use": "sig"}


def token(algorithm: str, key: Key, **changes: Any) -> str:
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": ISSUER, "aud": BASE + PATH, "iat": now, "exp": now + 300, "jti": str(uuid4())}
    return jwt.encode(claims | changes, key, algorithm, headers={"kid": algorithm})


def bare(text: str, key: Key) -> Callable[[], None]:
    """The verification of its signature alone, everything else made ready before."""
    signed, _, last = text.rpartition(".")
    data, signature = signed.encode(), urlsafe_b64decode(last + "=" * (-len(last) % 4))
    if isinstance(key, rsa.RSAPrivateKey):
        of_rsa = key.public_key()
        return lambda: of_rsa.verify(signature, data, padding.PKCS1v15(), hashes.SHA384())
    half = len(signature) // 2
    der = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    of_ec = key.public_key()
    return lambda: of_ec.verify(der, data, ec.ECDSA(hashes.SHA384()))


def gate(folder: Path, file: Path, switch: str) -> Gate:
    client = Client(name="main", issuer=ISSUER, jwks_file=file, replay_check=switch)
    settings = Settings(
        profile="production",
        public_base_url=BASE,
        clients=(client,),
        database_url=f"sqlite:///{folder / 'journal.db'}",
    )
    opening.upgrade(settings)
    return Gate(settings, lambda: datetime.now(UTC))


def milliseconds(work: Callable[[], object]) -> float:
    start = perf_counter_ns()
    work()
    return (perf_counter_ns() - start) / 1e6


def refused(at: Gate, text: str) -> None:
    try:
        at.caller(f"Bearer {text}", PATH)
    except NotTrusted:
        return
    raise RuntimeError("a token of nobody was taken")


def measure(rounds: int) -> list[Cost]:
    """Turn by turn, so that a slow moment of the machine hits all alike."""
    made = keys()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "keys.json"
        file.write_text(json.dumps({"keys": [public(each, key) for each, key in made.items()]}))
        without, once = gate(folder, file, "off"), gate(folder, file, "on")
        once.caller(f"Bearer {token('ES384', made['ES384'])}", PATH)  # loads the library of the journal
        costs = [_cost(each, key, without, once, rounds) for each, key in made.items()]
        if once.replay.counts.unchecked > 1:
            raise RuntimeError("the replay check did not answer in time; its figure would say nothing")
        once.replay.close()
    return costs


def _cost(algorithm: str, key: Key, without: Gate, once: Gate, rounds: int) -> Cost:
    turns: list[list[float]] = []
    for _ in range(rounds):
        texts = [token(algorithm, key) for _ in range(PER_TURN)]
        others = [token(algorithm, key, iss="https://nobody.example") for _ in range(PER_TURN)]
        ready = [bare(text, key) for text in texts]
        turns.append(
            [
                median(milliseconds(each) for each in ready),
                median(milliseconds(lambda t=t: without.caller(f"Bearer {t}", PATH)) for t in texts),  # type: ignore[misc]
                median(milliseconds(lambda t=t: refused(without, t)) for t in others),  # type: ignore[misc]
                median(milliseconds(lambda t=t: once.caller(f"Bearer {t}", PATH)) for t in texts),  # type: ignore[misc]
            ]
        )
    return Cost(algorithm, *(median(each) for each in zip(*turns, strict=True)))


@click.command()
@click.option(
    "--rounds", type=click.IntRange(1), default=15, show_default=True, help=f"Of {PER_TURN} tokens."
)
@click.option("--json", "machine", is_flag=True, help="JSON instead of a table.")
def main(*, rounds: int, machine: bool) -> None:
    """Time the verification of tokens beside the bare signature."""
    import logging

    import structlog

    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        costs = measure(rounds)
    finally:
        structlog.configure(**before)
    if machine:
        told = [asdict(each) | {"beyond_signature": each.beyond_signature} for each in costs]
        click.echo(json.dumps(told, indent=2))
        return
    click.echo("ms for one token    signature   verified   beyond it   refused   with replay check")
    for each in costs:
        click.echo(
            f"{each.algorithm:<20}{each.signature:9.3f}{each.verified:11.3f}{each.beyond_signature:12.3f}"
            f"{each.refused:10.3f}{each.verified_once:20.3f}"
        )


if __name__ == "__main__":
    main()
