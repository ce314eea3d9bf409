"""Runs the service on granian and says where to look."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import click
import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from cards.content_files import ContentError
from cds_service import logs, settled
from cds_service.app import Service, create_app
from cds_service.demo.sandbox import EXAMPLE, sandbox_address
from cds_service.errors import SettingsRefused
from cds_service.hangup import Hangup
from cds_service.hooks import SERVICE_ID
from cds_service.journal import opening
from cds_service.pages.demo_fhir import PATH as DEMO
from cds_service.places import content_folder
from cds_service.settings import Settings
from cds_service.watch import folder as metrics_folder

THREADS = 32
"""Per worker: for `FETCHING_CALLS` that wait for FHIR servers, for `load.READING` that wait for bodies, and a
few to assess. An assessment is pure computation; threads that wait cost it nothing."""
KILL_AFTER_SECONDS = 10
"""A body that never ends must not keep the service from ending."""
CONNECTIONS = 512
"""Per worker, idle ones too; more wait. A worker must stay below the files that a system lets it open."""
HEADERS_WITHIN_SECONDS = 60
"""The longest that granian takes. Connections that are idle, or that send headers so slowly, are closed; they
hold no thread. A proxy must close its idle ones earlier, or it sends a call into one that is being closed."""
CONNECTION_BYTES = 128 * 1024
"""Of what came and was not read, for each connection: the longest headers, and a piece of a body."""
OVERLAP_SECONDS = 2.0
"""How long an old worker stays when the content is read anew, until the new one answers. The server does not
ask whether it does: a new one has to begin in far less, on a machine that is busy with other things too."""
WAIT_SECONDS = 60
"""For the first worker; after that the addresses are not printed, and the log says why."""

log = structlog.get_logger()


def serve(settings: Settings, early: Hangup) -> None:
    """Serve until Ctrl-C or SIGTERM; SIGHUP reads the content anew, worker by worker, also an `early` one."""
    with metrics_folder.shared(wanted=bool(settings.metrics_from)) as folder:
        if folder is None:
            settings = settings.model_copy(update={"metrics_from": ()})
        _serve(settings, folder, early)


def _serve(settings: Settings, folder: Path | None, early: Hangup) -> None:
    applications = _Applications(settings, folder)  # refuses here and in one sentence, not in every worker
    _refuse_taken_port(settings)
    opening.prepare(settings)  # once, and the workers inherit the library that is loaded for it
    logs.take_over()
    server = _Server(
        "cds_service.app",
        address="127.0.0.1" if settings.host == "localhost" else settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        http=HTTPModes.http1,  # proxies speak it; with both, a connection that stays silent is never closed
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADERS_WITHIN_SECONDS * 1000, max_buffer_size=CONNECTION_BYTES
        ),
        backpressure=CONNECTIONS,
        blocking_threads=THREADS,
        workers_max_rss=settings.max_memory_mb,  # replaces a worker that stays above it
        workers_kill_timeout=KILL_AFTER_SECONDS,
        respawn_failed_workers=True,
        respawn_interval=OVERLAP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=logs.server_logging(),
    )
    server.on_startup(Thread(target=_announce_when_ready, args=[settings], daemon=True).start)
    server.on_startup(lambda: early.hand_over(server.signal_handler_reload))
    server.on_reload(applications.renew)
    server.serve(target_loader=applications, wrap_loader=False)


class _Server(MPServer):
    """granian, but for what it takes for a crash loop.

    It ends where a worker dies within 5.5 s of its replacement, and counts planned replacements too (new
    content, too much memory): one worker that dies just then would end the service. A worker that dies again
    after it was replaced for dying still ends it, so that whoever supervises the service gets to know.
    """

    def _respawn_workers(
        self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0
    ) -> None:
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        if delay:  # planned: the old one stays until the new one answers
            self.respawned_wrks.clear()


def _refuse_taken_port(settings: Settings) -> None:
    """granian shares a port with whoever listens there already, and calls would go to either of the two."""
    try:
        asyncio.run(_listen_once(settings.host, settings.port))
    except OSError as error:
        raise SettingsRefused(
            f"host, port: cannot listen at {settings.host} port {settings.port} (error {error.errno}). "
            "If another service is there, choose another port (--port)."
        ) from None


async def _listen_once(host: str, port: int) -> None:
    listener = await asyncio.start_server(lambda _reader, _writer: None, host, port)
    listener.close()
    await listener.wait_closed()


class _Applications:
    """The application for each worker, loaded here once; broken content cannot replace content that works."""

    def __init__(self, settings: Settings, folder: Path | None) -> None:
        """`folder`: where the workers count together."""
        self.settings = settings
        self.folder = folder
        self.app = create_app(settings)
        self.app.watch.prepare()  # where its self-test fails, the service is there and says: not ready
        _put_aside()

    def renew(self) -> None:
        gc.unfreeze()  # else the old application would never go
        self._take_newer()
        _put_aside()

    def _take_newer(self) -> None:
        try:
            new = settled.read(self._files(), lambda: create_app(self.settings))
        except (ContentError, SettingsRefused, OSError) as error:
            log.error("new content refused, the old one stays", problem=str(error))
            self.app.watch.newer_content_refused = True
            return
        if new.watch.test_itself().passed or not self.app.watch.test_itself().passed:
            self.app = new
            return
        log.error("new content refused, the old one stays", problem="Its self-test failed, see above.")
        self.app.watch.newer_content_refused = True

    def _files(self) -> tuple[Path, ...]:
        return self.settings.content or content_folder(), *self.settings.local_codes

    def __call__(self) -> Service:
        """In the worker: nothing that takes over a second, as nobody may answer until it is done."""
        # The first process' handler came along and does nothing here; the server sets its own after this.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logs.take_over()
        self.app.modes.file.follow()
        self.app.journal.start()
        self.app.watch.start(self.folder)
        self.app.acknowledgements.prepare()
        if self.app.gate is not None:
            self.app.gate.replay.prepare()
        return self.app

    def __reduce__(self) -> tuple[type[_Applications], tuple[Settings, Path | None]]:
        """Where a platform starts workers from scratch instead of forking, each loads for itself."""
        return _Applications, (self.settings, self.folder)


def _put_aside() -> None:
    """What is loaded by now lives as long as a worker does: nothing for the collector.

    Before the workers begin: in each of them it would take a quarter of a second, and far more on a machine
    that is busy, and calls would find nobody once an old worker has gone.
    """
    gc.collect()
    gc.freeze()


def _announce_when_ready(settings: Settings) -> None:
    for _ in range(WAIT_SECONDS * 10):
        if asyncio.run(_is_listening(settings.host, settings.port)):
            _announce(settings)
            return
        sleep(0.1)


async def _is_listening(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def _announce(settings: Settings) -> None:
    base = settings.base_url
    click.echo(f"Leg weakness decision support, {settings.profile} profile. Ends on Ctrl-C.")
    if not settings.in_production:
        click.echo(f"  Test bench: {base}/   (choose a patient, see the cards and why)")
    click.echo(f"  Discovery:  {base}/cds-services")
    click.echo(f"  Health:     {base}/healthz, {base}/readyz")
    if settings.mode == "silent":
        click.echo("  Mode:       silent: all is assessed and counted, no card is shown (docs/modes.md)")
    if settings.in_production:
        names = ", ".join(client.name for client in settings.clients)
        click.echo(f"  Answers:    {names}, with signed tokens (docs/tokens.md)")
    else:
        click.echo(f"  Demo FHIR:  {base}{DEMO}   (R4, the synthetic charts as patients)")
        click.echo("  In a CDS Hooks sandbox of your own on port 8080 (docs/sandbox.md):")
        click.echo(f"    {sandbox_address(base)}")
        click.echo("  Cards for a synthetic chart, in another terminal:")
        click.echo(
            f"    {_own_command()} fixture {EXAMPLE} | curl -s -H 'Content-Type: application/json' "
            f"-d @- {base}/cds-services/{SERVICE_ID}"
        )
    sys.stdout.flush()


def _own_command() -> str:
    """The command to type for this installation, as short as the current folder allows."""
    own = Path(sys.argv[0])
    if own.is_absolute() and own.is_relative_to(Path.cwd()):
        return own.relative_to(Path.cwd()).as_posix()
    return own.as_posix()
