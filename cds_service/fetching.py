"""Completes the record of a call from the EHR's FHIR server: what is asked for, by how many, how long.

What the prefetch gave, or says there is none of, is not asked for again (CDS Hooks 2.0, Prefetch Template: a
null value means the EHR looked). docs/fetching.md tells hospital IT what happens when.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import structlog

from cds_service import addresses, bundles, medication_references, prefetch
from cds_service.access import Access, access
from cds_service.addresses import Place
from cds_service.errors import ServiceError
from cds_service.hooks import HookCall
from cds_service.reasons import Reason
from cds_service.scopes import READ, SEARCH, asked_under
from cds_service.sent import Sent
from cds_service.settings import Client, Settings
from cds_service.sorting import Lack, Sorting
from cds_service.wanted import Wanted

if TYPE_CHECKING:
    from cds_service.fhir import Clock, Watch
    from cds_service.fhir_pages import Asked, Found

FETCHING_CALLS = 8
"""How many calls of a worker may wait for FHIR servers: far fewer than it has threads, so that a call with a
full prefetch never queues behind slow servers."""
PARALLEL = 8
"""Connections of one call."""
FOR_THE_ANSWER = 0.1
"""The part of the budget that is left for reading and assessing what came."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """One search on its way."""

    wanted: Wanted
    asked: Asked
    onward: str | None
    """The start that goes on from the prefetch."""
    whole: bool
    """Whether its answer is all that was wanted; not where the token covers a part only."""
    before: int
    """Resources that came with the prefetch, when it goes on from the next page of that."""
    found: Found


class Crew:
    """Who fetches in one worker, for all its clients: the calls that may wait, and the threads that ask."""

    def __init__(self) -> None:
        self.waiting = threading.BoundedSemaphore(FETCHING_CALLS)
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def threads(self) -> ThreadPoolExecutor:
        """Made in the worker, with the first call that needs them: threads do not survive a fork."""
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(FETCHING_CALLS * PARALLEL, thread_name_prefix="fhir")
            return self._threads


class Fetcher:
    """Fetches for the calls of one client in one worker."""

    def __init__(
        self,
        settings: Settings,
        client: Client,
        clock: Clock = time.monotonic,
        crew: Crew | None = None,
    ) -> None:
        """`crew`: that of the worker; None for one of its own."""
        self._settings = settings
        self._client = client
        self._clock = clock
        self._crew = crew or Crew()

    def of_client(self, client: Client) -> Fetcher:
        """For another client of the same worker."""
        return Fetcher(self._settings, client, self._clock, self._crew)

    def now(self) -> float:
        """Seconds of the clock by which the budget counts."""
        return self._clock()

    def complete(self, sorting: Sorting, call: HookCall, started: float | None) -> None:
        """Fetch what the prefetch lacks; `started` is when the call came, by `now`, None for just now.

        What could not be had is named in `sorting`; nothing that came is lost.
        """
        lacking = sorting.lacking()
        referred = medication_references.of(sorting.entries) if call.fhirServer else []
        if not lacking and not referred:
            return
        allowed = access(call, self._client, in_production=self._settings.in_production)
        if isinstance(allowed, Access) and not self._crew.waiting.acquire(blocking=False):
            allowed = Reason.BUSY
        if isinstance(allowed, Reason):
            _say_why_nothing(allowed, call)
            for each in lacking:
                sorting.not_fetched(each.wanted, allowed)
            return
        try:
            self._fetch(sorting, lacking, call, allowed, self.now() if started is None else started)
        finally:
            self._crew.waiting.release()

    def _fetch(
        self, sorting: Sorting, lacking: Iterable[Lack], call: HookCall, allowed: Access, started: float
    ) -> None:
        from cds_service.fhir import Watch  # not before it is needed: most calls bring all they need

        budget = self._settings.time_budget * (1 - FOR_THE_ANSWER)
        watch = Watch(started + budget, self._clock, self._settings.max_fetch_bytes)
        try:
            self._fetch_lacking(sorting, lacking, call, allowed, watch)
            self._fetch_medications(sorting, allowed, watch)
        finally:
            watch.end()

    def _fetch_lacking(
        self, sorting: Sorting, lacking: Iterable[Lack], call: HookCall, allowed: Access, watch: Watch
    ) -> None:
        jobs: dict[str, list[Job]] = {}
        for each in lacking:
            planned = list(_planned(each, call.context.patientId, allowed))
            if planned:
                jobs[each.wanted.key] = planned
            else:
                sorting.not_fetched(each.wanted, Reason.NOT_COVERED)
        asked = [(job.asked, job.found) for mine in jobs.values() for job in mine]
        defect = self._read(asked, allowed, watch)
        sorting.sent += _sent(asked)
        for mine in jobs.values():
            _merge(sorting, mine)
        if defect is not None:
            raise defect

    def _fetch_medications(self, sorting: Sorting, allowed: Access, watch: Watch) -> None:
        """Those that orders name by reference alone, without a word of what they are."""
        from cds_service.fhir_pages import Asked, Found

        referred = medication_references.of(sorting.entries)
        targets = medication_references.targets(referred, allowed.place)
        if not targets:
            return
        if not allowed.scopes.restrictions("Medication", READ):
            found = {each: Found(reason=Reason.NOT_COVERED) for each in targets}
            defect = None
        else:
            found = {each: Found() for each in targets}
            asked = [(Asked("Medication", (target,)), each) for target, each in found.items()]
            defect = self._read(asked, allowed, watch)
            sorting.sent += _sent(asked)
        reasons = {target: _taken(sorting, each) for target, each in found.items()}
        sorting.unread += medication_references.unread(referred, allowed.place, reasons)
        if defect is not None:
            raise defect

    def _read(
        self, asked: Iterable[tuple[Asked, Found]], allowed: Access, watch: Watch
    ) -> BaseException | None:
        """Read all at the same time, until the last has come or the time is over; a defect that one met."""
        from cds_service.fhir import Line
        from cds_service.fhir_pages import follow

        open_jobs = deque(asked)
        limits = self._settings

        def work() -> None:
            line = Line(allowed, watch, limits.max_answer_bytes)
            try:
                while open_jobs:
                    try:
                        each, found = open_jobs.popleft()
                    except IndexError:  # another thread took the last one
                        return
                    follow(each, found, line, limits.max_pages)
            finally:
                line.close()

        futures = [self._crew.threads().submit(work) for _ in range(min(PARALLEL, len(open_jobs)))]
        done, late = wait(futures, timeout=watch.left)
        if late:
            watch.end()
        for each in late:
            each.cancel()
        return next(filter(None, map(_defect, done)), None)


def _defect(done: Future[None]) -> BaseException | None:
    return done.exception()


def _sent(asked: Iterable[tuple[Asked, Found]]) -> Iterator[Sent]:
    """What was begun; for the rest the time was over before."""
    for each, found in asked:
        if found.start:
            is_search = each.resource_type == "Bundle"
            yield Sent(found.start, is_search, came=bool(found.pages), reason=found.reason)


def _say_why_nothing(reason: Reason, call: HookCall) -> None:
    if reason is Reason.NO_SERVER:
        if not call.values:
            # Epic strips a call whose endpoint is not, letter by letter, the one registered on the client id.
            log.warning(
                "context arrived without data: does the endpoint address in the EHR differ from the "
                "registered one?"
            )
    elif reason is Reason.NOT_REGISTERED:
        log.warning("fhir server not registered", reason=reason.value)
    else:
        log.warning("nothing fetched", reason=reason.value)


def _planned(lack: Lack, patient: str, allowed: Access) -> Iterator[Job]:
    """The searches to send, each as far as the token's scope covers it; none when it does not."""
    from cds_service.fhir_pages import Asked, Found

    wanted = lack.wanted
    path, _, query = wanted.template.replace("{{context.patientId}}", patient).partition("?")
    target = f"{allowed.place.path}/{path}"
    if not query:
        if allowed.scopes.restrictions(wanted.resource_type, READ):
            yield Job(wanted, Asked(wanted.resource_type, (target,)), None, True, 0, Found())
        return
    parameters = dict(parse_qsl(query))
    found = [
        under
        for only in sorted(allowed.scopes.restrictions(wanted.resource_type, SEARCH))
        if (under := asked_under(parameters, only)) is not None
    ]
    whole = next((under for under in found if under[1]), None)
    for under in [whole] if whole else found:
        search = f"{target}?{urlencode(under[0], safe=',')}"
        onward = _onward(lack, allowed.place) if whole else None
        starts = (onward, search) if onward else (search,)
        yield Job(wanted, Asked("Bundle", starts), onward, under[1], lack.matches, Found())


def _onward(lack: Lack, place: Place) -> str | None:
    """The next page of what the prefetch gave, where that lies on the server that may be read."""
    if not isinstance(lack.onward, str) or not lack.onward:
        return None
    here = f"{addresses.written(place)}/"
    page = addresses.next_page(place, here, lack.onward)
    return page.target if page else None


def _merge(sorting: Sorting, jobs: list[Job]) -> None:
    """All that was found by the searches for one part of the record."""
    values: list[bundles.Fetched] = []
    reasons: list[Reason | None] = []
    before = 0
    for job in jobs:
        reason = job.found.reason  # before the pages: a thread may still be adding one
        pages, unread = _values(tuple(job.found.pages))
        values += pages
        reasons += [reason, unread, None if job.whole else Reason.NOT_COVERED]
        before += job.before if job.onward and job.found.start == job.onward else 0
    sorting.take_fetched(jobs[0].wanted, values, next(filter(None, reasons), None), before)


def _values(pages: Iterable[bytes]) -> tuple[list[bundles.Fetched], Reason | None]:
    values, reason = [], None
    for page in pages:
        try:
            values.append(prefetch.opened(page))
        except ServiceError:
            reason = Reason.NOT_FHIR
    return values, reason


def _taken(sorting: Sorting, found: Found) -> Reason | None:
    reason = found.reason
    values, unread = _values(tuple(found.pages))
    for value in values:
        sorting.take_referred(value)
    return reason or unread
