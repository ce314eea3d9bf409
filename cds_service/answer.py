"""THE MAIN PATH: one hook call in, its cards out.

Whatever fails on the way, a red flag that was found before still goes out, and the answer says that the check
is incomplete: an empty list of cards means "looked, nothing to say", and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from time import perf_counter, time_ns
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from cards import knowledge
from cards.assessment import Assessment
from cards.card import Card
from cards.findings import Chart, Person, Unread
from cards.knowledge import Knowledge
from cds_service import logs, telling
from cds_service.card_links import CardLinks, card_links
from cds_service.errors import RecordUnavailable, ServiceError, SettingsRefused
from cds_service.evidence import EvidenceReader
from cds_service.fetching import Fetcher
from cds_service.hooks import HookCall
from cds_service.journal import entries, parts
from cds_service.journal.journal import Journal
from cds_service.places import content_folder
from cds_service.query_profiles import BROAD_KEYS, SEARCHES
from cds_service.record import Record, read_record
from cds_service.sent import Sent
from cds_service.settings import Client, Settings
from cds_service.site import local_codes, tuning, users
from cds_service.site.acknowledgement import Acknowledgements, Left
from cds_service.site.modes import Modes, configured
from cds_service.site.showing import VISIBLE, Mode, Showing
from cds_service.sorting import Sorting
from cds_service.telling import Told
from cds_service.wanted import Wanted, wanted

if TYPE_CHECKING:
    from cds_service.watch.audit import Audit
    from cds_service.watch.watch import Watch

T = TypeVar("T")
LOG = "log"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is read once at start and used for every call."""

    knowledge: Knowledge
    evidence: EvidenceReader
    wanted: tuple[Wanted, ...]
    client: Client
    links: CardLinks
    mode: Mode = VISIBLE
    """What the settings say of the client: it holds where the switches cannot be asked."""
    fetcher: Fetcher | None = None
    """None where nothing is fetched: for charts from a file."""

    @classmethod
    def ready(cls, settings: Settings, *, fetching: bool = False) -> Desk:
        """Raises `SettingsRefused`, or `ContentError` when the content is not sound."""
        content = tuning.applied(knowledge.load(settings.content or content_folder()), settings)
        local = local_codes.load(settings.local_codes, content, settings.code_systems)
        local.tell()
        content = replace(content, digest=local.over(content.digest), local_codes=local.digest)
        evidence = EvidenceReader(content, code_systems=settings.code_systems, local=local.codes)
        fetcher = Fetcher(settings, settings.caller) if fetching else None
        return cls._of(settings, settings.caller, content, evidence, fetcher)

    def of_client(self, settings: Settings, client: Client) -> Desk:
        """That of another client; the content, what reads the evidence and what fetches are shared.

        Raises `SettingsRefused`.
        """
        fetcher = self.fetcher.of_client(client) if self.fetcher else None
        return self._of(settings, client, self.knowledge, self.evidence, fetcher)

    @classmethod
    def _of(
        cls,
        settings: Settings,
        client: Client,
        content: Knowledge,
        evidence: EvidenceReader,
        fetcher: Fetcher | None,
    ) -> Desk:
        searches = wanted(content, settings.prefetch_count, client.query_profile)
        # One of several searches for a type is named by its key.
        keys = [each.key for each in searches if each.key not in BROAD_KEYS]
        if unknown := set(client.not_offered) - {*SEARCHES, *keys}:
            raise SettingsRefused(
                f"clients.{client.name}.not_offered: the service never reads {', '.join(sorted(unknown))}; "
                f"it reads {', '.join((*SEARCHES, *keys))}"
            )
        searches = tuple(each for each in searches if each.key not in client.not_offered)
        links = card_links(content, settings.base_url)
        return cls(content, evidence, searches, client, links, configured(settings, client), fetcher)

    def now(self) -> float:
        """The moment from which the budget of a call counts; it means nothing where nothing is fetched."""
        return self.fetcher.now() if self.fetcher else 0.0

    def for_whole_charts(self) -> Desk:
        """For charts from a file: what is not in it does not exist, instead of not having been given."""
        return replace(self, client=self.client.model_copy(update={"not_offered": tuple(SEARCHES)}))


@dataclass(frozen=True, slots=True)
class Answer:
    """All that was found, what of it goes to the EHR, and what led to it."""

    found: Told
    left: Left
    """What goes to the EHR, and what was found and acknowledged before."""
    showing: Showing
    record: Record | None
    chart: Chart
    failed_stages: tuple[str, ...]
    """Those before the answer was made; what failed later took nothing of it."""

    @property
    def shown(self) -> Told:
        return self.left.told

    @property
    def cards(self) -> tuple[Card, ...]:
        """Those that were found, whether or not they are shown."""
        return self.found.cards

    @property
    def extension(self) -> Mapping[str, Any] | None:
        return self.found.extension

    @property
    def assessment(self) -> Assessment | None:
        return self.found.assessment


def answer(
    call: HookCall,
    desk: Desk,
    as_of: datetime,
    started: float | None = None,
    *,
    journal: Journal | None = None,
    modes: Modes | None = None,
    acknowledgements: Acknowledgements | None = None,
    watch: Watch | None = None,
    audit: Audit | None = None,
    logged: bool = True,
) -> Answer:
    """Read the record, read the findings, assess, write the cards, see which go out; then what is kept of it.

    `started`: when the call came, by the clock of the desk's fetcher; None for just now. `logged`: False for
    a chart of the service's own, which is no call.
    """
    run = _Run()
    begun = desk.now() if started is None else started
    try:
        record = run.stage("record", lambda: _read_record(run, call, desk, started))
    except RecordUnavailable:
        if audit:
            run.stage("audit", lambda: audit.without_record(call, desk, as_of, run.sent))
        _count_failures(run, watch)
        raise
    chart = run.stage("evidence", lambda: _read_chart(call, record, desk, as_of)) or _nothing_read(desk)
    tell = partial(telling.told, run, chart, zone=desk.client.zone, as_of=as_of)
    found = tell(desk.knowledge)
    way = run.stage("mode", lambda: _showing(modes, call, desk, as_of)) or Showing(desk.mode)
    shown = run.stage("holding back", lambda: telling.shown(found, way, desk.knowledge, tell))
    shown = shown or telling.unless_silent(found, way)
    left: Left | None = None
    if (
        acknowledgements and not run.failed
    ):  # what cards say that were made while anything failed, nobody knows
        asked, patient, day = acknowledgements, call.context.patientId, entries.day_of(as_of)
        left = run.stage("acknowledged", lambda: asked.left(shown, desk.client, patient, desk.knowledge, day))
    done = Answer(found, left or Left(shown), way, record, chart, tuple(run.failed))
    if journal:
        run.stage("journal", lambda: journal.keep(_entry(call, done, run, desk, as_of)))
    if audit:
        run.stage("audit", lambda: audit.hook_call(call, desk, as_of, run.sent, done))
    if watch:
        seconds = desk.now() - begun
        run.stage("metrics", lambda: watch.hook_call(done, desk.client.name, seconds, run.took, run.failed))
    if logged:
        run.stage(LOG, lambda: _log(call, done, run, desk.knowledge))
    _count_failures(run, watch)
    return done


def _count_failures(run: _Run, watch: Watch | None) -> None:
    """When all is done: those of what is kept of a call are failures too, though its answer is whole."""
    if watch and run.failed:
        run.stage("metrics", lambda: watch.failed(run.failed))


def _showing(modes: Modes | None, call: HookCall, desk: Desk, as_of: datetime) -> Showing | None:
    """Asked when the cards are there, so that a switch counts for calls that are under way."""
    if modes is None:
        return None
    return modes.of(desk.client, call.context.patientId, entries.day_of(as_of), call.context.userId)


def _read_record(run: _Run, call: HookCall, desk: Desk, started: float | None) -> Record:
    """A failure to fetch is a stage of its own: it cannot lose what the prefetch gave."""

    def fetch(sorting: Sorting) -> None:
        if (fetcher := desk.fetcher) is not None:
            run.stage("fetching", lambda: fetcher.complete(sorting, call, started))
            run.sent = sorting.sent

    return read_record(call.values, desk.wanted, desk.client.not_offered, fetch)


def _read_chart(call: HookCall, record: Record | None, desk: Desk, as_of: datetime) -> Chart | None:
    if record is None:
        return None
    patient, zone = call.context.patientId, desk.client.zone
    chart = desk.evidence.read(record.entries, patient_id=patient, as_of=as_of, time_zone=zone)
    return replace(chart, unread=(*record.unread, *chart.unread))


def _nothing_read(desk: Desk) -> Chart:
    """A chart of which nothing could be read: whatever came counts as not assessed."""
    unread = (
        Unread(each.resource_type, "could not be read", each.could_hold_red_flag) for each in desk.wanted
    )
    return Chart(Person(), unread=tuple(unread))


def _entry(call: HookCall, done: Answer, run: _Run, desk: Desk, as_of: datetime) -> entries.Call:
    shown = done.shown
    return entries.of_call(
        call.hookInstance,
        shown.cards,
        shown.assessment,
        desk.knowledge,
        client=desk.client.name,
        as_of=as_of,
        mode=done.showing.mode,
        marks=done.left.marks,
        parts=parts.of_call(
            found=done.cards,
            shown=shown.cards,
            acknowledged=done.left.left_out,
            states=_states(done.record) or {},
            unread=done.chart.unread,
            failed=run.failed,
            milliseconds=(perf_counter() - run.began) * 1000,
        ),
    )


def _states(record: Record | None) -> dict[str, str] | None:
    return {kind: state.name.lower() for kind, state in record.states.items()} if record else None


@dataclass(slots=True)
class _Run:
    """The stages of one call: how long each took, and which failed."""

    began: float = field(default_factory=perf_counter)
    failed: list[str] = field(default_factory=list)
    durations_ms: dict[str, float] = field(default_factory=dict)
    took: list[tuple[str, int, int]] = field(default_factory=list)
    """When each began and ended, in nanoseconds since 1970."""
    sent: list[Sent] = field(default_factory=list)
    """What the EHR's server was asked."""

    def stage(self, name: str, work: Callable[[], T]) -> T | None:
        """What the stage gives; None when it failed, which is logged and makes the answer incomplete."""
        start, begun = perf_counter(), time_ns()
        try:
            return work()
        except ServiceError:
            raise
        except Exception as error:  # noqa: BLE001  (the one broad handler of the main path: see the top)
            self.failed.append(name)
            if name != LOG:  # the log is a stage too: what cannot be written down there takes no card with it
                what, where = type(error).__name__, error.__traceback__
                self.stage(
                    LOG, lambda: log.error("stage failed", stage=name, error=what, where=logs.where(where))
                )
            return None
        finally:
            seconds = perf_counter() - start
            self.durations_ms[name] = round(seconds * 1000, 1)
            self.took.append((name, begun, begun + int(seconds * 1e9)))


def _log(call: HookCall, done: Answer, run: _Run, content: Knowledge) -> None:
    """One line per call: counts, durations, rule ids and the content; nothing of the patient."""
    record, assessed = done.record, done.assessment
    log.info(
        "hook call",
        hook=call.hook,
        hook_instance=logs.shown_hook_instance(call.hookInstance),
        trigger=call.trigger,
        user_given=call.context.userId is not None,
        user=who.kind if (who := users.user(call.context.userId)) else users.UNKNOWN,
        states=_states(record),
        fetched=record.fetched if record else None,
        entries=len(record.entries) if record else None,
        findings=len(done.chart.findings),
        unread=len(done.chart.unread),
        unread_red_flag_possible=sum(each.could_hold_red_flag for each in done.chart.unread),
        red_flags=[fired.rule.id for fired in assessed.red_flags] if assessed else None,
        mode=done.showing.mode,
        shown=len(done.shown.cards),
        acknowledged=len(done.left.left_out),
        cards=[f"{each.key} {each.indicator}" for each in done.cards],
        failed_stages=run.failed,
        durations_ms=run.durations_ms,
        content=content.version,
        digest=content.digest,
    )
