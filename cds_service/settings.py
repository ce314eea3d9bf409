"""The settings of one installation: defaults, then a TOML file, then the environment, then the command line.

docs/settings.md lists them. This is the only module that touches the environment.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import tomllib
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from cds_service.addresses import page, place
from cds_service.errors import SettingsRefused
from cds_service.journal import address
from cds_service.reach import is_odd_host
from cds_service.site import users
from cds_service.site.given import Acknowledging, GoLive, Narrowed, SilentTopic, Tuned
from cds_service.transparency.site import SiteStatement
from cds_service.trust import registration

PREFIX = "LEG_WEAKNESS_CDS_"
CONFIG = f"{PREFIX}CONFIG"
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""By this variable, and no other way, prometheus-client is told where several processes count together."""
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
NO_LIMIT = "none"
SECRET_BYTES = 32
"""As many as the digest has that it keys: RFC 2104, section 3, discourages fewer."""


def _address(value: str) -> str:
    """An https address; http only where nothing leaves the machine and no name has to be believed."""
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username is not None:
        raise ValueError("must be an address such as https://cds.hospital.example, without user or password")
    if is_odd_host(parts.hostname):
        raise ValueError(
            "must name its host plainly, without a dot at the end; an address as 10.1.2.3 or [fd00::1]"
        )
    if parts.query or parts.fragment:
        raise ValueError("must have neither ? nor #")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(
            "must be https; http is accepted for a literal loopback address only (127.0.0.1, [::1])"
        )
    return value.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether the host is written as a loopback address; a name is none, whatever it resolves to."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone of the IANA database, such as Europe/London") from None
    return value


def _readable_file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError("names no file that can be read")
    return value


def _server(value: str) -> str:
    """A base address that can be compared letter by letter with what an EHR sends."""
    if place(value) is None:
        raise ValueError(
            "must be a plain ASCII address without \\ and .. (a name of another script as xn--...)"
        )
    return value


def _rate(value: str) -> str:
    """One rate, as the library `limits` writes them, or none."""
    from limits import parse_many  # takes a while, and most installations write no rate

    try:
        if value == NO_LIMIT or len(parse_many(value)) == 1:
            return value
    except ValueError:
        pass
    raise ValueError('must be a rate such as "3000 per 10 seconds", or "none"')


def _rate_storage(value: str) -> str:
    """Without the value in the message: it may hold a password."""
    if value != "memory://" and not value.startswith(("redis://", "rediss://")):
        raise ValueError(
            'must be "memory://", or the address of a Redis (redis://..., with TLS rediss://...)'
        )
    return value


def _traces(value: str) -> str:
    """Where the library is not there, nobody should find out from the absence of what was asked for."""
    if value == "off":
        return value
    try:
        found = importlib.util.find_spec("opentelemetry.exporter.otlp.proto.http")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise ValueError("needs OpenTelemetry, which is not installed: pip install leg-weakness-cds[otel]")
    return value


def _secret(value: str | None) -> str | None:
    """Without the value in the message."""
    if value is not None and len(value.encode()) < SECRET_BYTES:
        raise ValueError(f"must have at least {SECRET_BYTES} bytes, made at random: openssl rand -hex 32")
    return value


def _network(value: object) -> IPv4Network | IPv6Network:
    """An address or a network; not all there is, as then whoever calls says who he is."""
    try:
        found = ipaddress.ip_network(str(value))
    except ValueError:
        raise ValueError("must be an address or a network, such as 10.1.2.3 or 10.1.2.0/24") from None
    if not found.prefixlen:
        raise ValueError("must not be every address there is")
    return found


def _one_or_several(value: object) -> object:
    """One path may stand without its list."""
    return (value,) if isinstance(value, str) else value


def _as_written(value: str) -> str:
    """An address that is compared letter by letter with what a token says; a slash at its end counts."""
    _address(value)
    if page(value) is None:
        raise ValueError("must be plain ASCII without \\ and ..")
    return value


Address = Annotated[str, AfterValidator(_address)]
ExactAddress = Annotated[str, AfterValidator(_as_written)]
Text = Annotated[str, Field(min_length=1)]
Algorithm = Literal["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
Proxy = Annotated[IPv4Network | IPv6Network, PlainValidator(_network)]
Server = Annotated[Address, AfterValidator(_server)]


class Client(BaseModel):
    """One registered EHR."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    issuer: ExactAddress | None = None
    jwks_url: ExactAddress | None = None
    jwks_file: Annotated[Path, AfterValidator(_readable_file)] | None = None
    jku: ExactAddress | None = None
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = ("RS384", "ES384")
    audiences: tuple[Text, ...] = ()
    subject: str = ""
    tenant: str = ""
    longest_token_life: Annotated[int, Field(ge=60, le=86_400)] = 3600
    replay_check: Literal["on", "off", "required"] = "on"
    fhir_servers: tuple[Server, ...] = ()
    open_fhir_server: bool = False
    private_network: bool = False
    ca_file: Annotated[Path, AfterValidator(_readable_file)] | None = None
    query_profile: Literal["broad", "by-category"] = "broad"
    origins: tuple[Address, ...] = ()
    not_offered: tuple[str, ...] = ()
    mode: Literal["visible", "silent"] | None = None
    shown_to: tuple[Annotated[str, AfterValidator(users.listed)], ...] = ()
    acknowledgement: Acknowledging | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)


class Audit(BaseModel):
    """Where it is written down for a site's audit whose record was used (docs/audit.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Server | None = None
    token_file: Annotated[Path, AfterValidator(_readable_file)] | None = None
    certificate_file: Annotated[Path, AfterValidator(_readable_file)] | None = None
    ca_file: Annotated[Path, AfterValidator(_readable_file)] | None = None
    private_network: bool = False
    file: Path | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.url is None and self.file is None:
            raise ValueError("names neither url nor file; leave the table out where no audit is wanted")
        if self.url is None and (self.token_file or self.certificate_file or self.ca_file):
            raise ValueError("token_file, certificate_file and ca_file are for url, which is missing")
        return self


def _workers(read: Mapping[str, Any]) -> int:
    """One per core; in development one, as the test bench holds charts for its FHIR server in one process."""
    return 1 if read.get("profile") == "development" else os.cpu_count() or 1


class Settings(BaseSettings):
    """All settings, checked; frozen."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    profile: Literal["development", "production"] = "development"
    public_base_url: Address | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    workers: Annotated[int, Field(ge=1, le=256)] = Field(default_factory=_workers)
    max_body_bytes: Annotated[int, Field(ge=1024)] = 32 * 1024 * 1024
    max_memory_mb: Annotated[int, Field(ge=256)] | None = None
    rate_limit: Annotated[str, AfterValidator(_rate)] = "3000 per 10 seconds"
    rate_limit_storage: Annotated[str, AfterValidator(_rate_storage), Field(repr=False)] = "memory://"
    trusted_proxies: tuple[Proxy, ...] = ()
    metrics_from: tuple[Proxy, ...] = LOOPBACK
    traces: Annotated[Literal["off", "otlp"], AfterValidator(_traces)] = "off"
    prefetch_count: Annotated[int, Field(ge=1, le=10_000)] = 500
    time_budget: Annotated[float, Field(ge=0.2, le=30)] = 2.0
    max_pages: Annotated[int, Field(ge=1, le=500)] = 20
    max_answer_bytes: Annotated[int, Field(ge=1024, le=256 * 1024 * 1024)] = 16 * 1024 * 1024
    max_fetch_bytes: Annotated[int, Field(ge=1024, le=256 * 1024 * 1024)] = 32 * 1024 * 1024
    content: Path | None = None
    database_url: Annotated[str, AfterValidator(address.checked), Field(repr=False)] = "sqlite:///journal.db"
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 400
    keep_comments: bool = False
    acknowledgement_secret: Annotated[str | None, AfterValidator(_secret), Field(repr=False)] = None
    keys_kept_hours: Annotated[int, Field(ge=1, le=720)] = 72
    code_systems: Mapping[str, str] = Field(default_factory=dict)
    local_codes: Annotated[tuple[Path, ...], BeforeValidator(_one_or_several)] = ()
    mode: Literal["visible", "silent"] = "visible"
    visible_share: Annotated[int, Field(ge=1, le=100)] = 100
    silent_topics: tuple[SilentTopic, ...] = ()
    switches_file: Path | None = None
    go_live: GoLive = GoLive()
    audit: Audit | None = None
    tuning: tuple[Tuned, ...] = ()
    narrowing: tuple[Narrowed, ...] = ()
    transparency: SiteStatement = SiteStatement()
    clients: tuple[Client, ...] = ()

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands in: it can say which variable or file means nothing."""
        return (sources["init_settings"],)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        wrong = _wrong_in_production(self) if self.profile == "production" else _wrong_in_development(self)
        names = [client.name for client in self.clients]
        wrong += [
            f"clients: the name {name!r} is used twice" for name in {n for n in names if names.count(n) > 1}
        ]
        wrong += _wrong_in_acknowledging(self)
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def in_production(self) -> bool:
        return self.profile == "production"

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_base_url or f"http://{host}:{self.port}"

    @property
    def origins(self) -> tuple[str, ...]:
        """The browser origins that may call; any in development, where only a tester's data is at stake."""
        if not self.in_production:
            return ("*",)
        return tuple(origin for client in self.clients for origin in client.origins)

    @property
    def caller(self) -> Client:
        """Who calls where no token is asked for: the one registered client, else anybody."""
        return self.clients[0] if len(self.clients) == 1 else Client(name="anybody")


def _wrong_in_development(settings: Settings) -> list[str]:
    if is_loopback(settings.host) or settings.host == "localhost":
        return []
    return [f"host: {settings.host} is not loopback, and the development profile asks nobody for a token"]


def _wrong_in_production(settings: Settings) -> list[str]:
    wrong = []
    if not settings.public_base_url:
        wrong.append(
            'public_base_url: missing; say under which address the EHR calls, such as "https://cds.hospital.example"'
        )
    if not settings.clients:
        wrong.append("clients: the production profile needs at least one registered client ([[clients]])")
    return [*wrong, *registration.wrong(settings.clients, has_journal=settings.database_url != address.NONE)]


def _wrong_in_acknowledging(settings: Settings) -> list[str]:
    names = [client.name for client in settings.clients if client.acknowledgement]
    if not names:
        return []
    wrong = []
    if settings.acknowledgement_secret is None:
        wrong.append(
            f"acknowledgement_secret: missing, and clients.{names[0]}.acknowledgement needs it; make one "
            f"with openssl rand -hex 32, in a file that {PREFIX}ACKNOWLEDGEMENT_SECRET_FILE names"
        )
    if settings.database_url == address.NONE:
        wrong.append(f"clients.{names[0]}.acknowledgement: needs a journal, but database_url is none")
    return wrong


def load(config: Path | None = None, **given: Any) -> Settings:
    """Read all settings; `given` are those of the command line, None where it says nothing.

    Raises `SettingsRefused`, naming each setting that is wrong and where it stands.
    """
    values = _written(config) | {name: value for name, value in given.items() if value is not None}
    return _checked(values)


def load_unfinished(config: Path | None = None) -> tuple[Settings, list[str]]:
    """The settings of an installation that is still being set up, for looking at them; nothing is served so.

    The second is what keeps the production profile from starting with them, which is not refused here.
    Raises `SettingsRefused` for all else that is wrong.
    """
    found = _checked(_written(config) | {"profile": "development", "host": "127.0.0.1"})
    return found, _wrong_in_production(found)


def _written(config: Path | None) -> dict[str, Any]:
    """What stands in the file and the environment."""
    variables = {name for name in os.environ if name.startswith(PREFIX)}
    file = config or (Path(os.environ[CONFIG]) if os.environ.get(CONFIG) else None)
    return {**(_toml(file) if file else {}), **_from_files(variables), **_from_environment(variables)}


def _checked(values: Mapping[str, Any]) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsRefused("\n".join(map(_sentence, error.errors(include_input=False)))) from None


def count_in(folder: Path | None) -> None:
    """Tell the library of the metrics, before it is loaded, and the workers that inherit the environment."""
    if folder is None:
        os.environ.pop(METRICS_FOLDER, None)
    else:
        os.environ[METRICS_FOLDER] = str(folder)


_TABLES = {
    "audit",
    "clients",
    "code_systems",
    "go_live",
    "narrowing",
    "silent_topics",
    "transparency",
    "tuning",
}


def _is_file_variable(variable: str) -> bool:
    """Whether the variable names a file with the value of a setting, as container platforms hand them in."""
    name = variable.removeprefix(PREFIX).lower()
    return name.endswith("_file") and name.removesuffix("_file") in set(Settings.model_fields) - _TABLES


def _from_environment(variables: Iterable[str]) -> dict[str, Any]:
    for variable in sorted(variables):
        known = variable.removeprefix(PREFIX).lower() in Settings.model_fields
        if not (known or variable == CONFIG or _is_file_variable(variable)):
            raise SettingsRefused(f"{variable}: there is no such setting. docs/settings.md lists them.")
    try:
        return EnvSettingsSource(Settings, env_prefix=PREFIX, env_ignore_empty=True)()
    except SettingsError as error:
        raise SettingsRefused(
            f"The environment: {error}. Lists and tables are written as JSON there."
        ) from None


def _from_files(variables: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable in filter(_is_file_variable, sorted(variables)):
        try:
            text = Path(os.environ[variable]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsRefused(f"{variable}: the file cannot be read ({type(error).__name__}).") from None
        found[variable.removeprefix(PREFIX).lower().removesuffix("_file")] = text
    return found


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsRefused(f"{file}: cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsRefused(f"{file}: is not TOML: {error}.") from None


def _sentence(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no such setting. docs/settings.md lists them."
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
