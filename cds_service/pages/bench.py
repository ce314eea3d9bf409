"""The test bench at `/`, in the development profile only: a chart, a press, and the cards.

Each part of the page is made by one function; what they show is worked out in `cds_service.bench`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import InternalServerError

from cds_service.bench import calls, charts, ehr, state, trial
from cds_service.bench.calls import Run
from cds_service.bench.change import ChangeRefused
from cds_service.bench.charts import Given, SeveralPatients
from cds_service.bench.documents import NotAChart
from cds_service.bench.explanation import Seen, explanation
from cds_service.bench.feedback import Noted, noted
from cds_service.bench.held import HeldCharts
from cds_service.bench.shown import shown
from cds_service.bench.state import State
from cds_service.bench.what_if import typed_change
from cds_service.demo.records import full_hour
from cds_service.demo.sandbox import sandbox_address
from cds_service.errors import NotFound, Overloaded, ServiceError
from cds_service.pages import demo_fhir, html
from cds_service.pages.bench_download import bench_download
from cds_service.pages.bench_form import Fields, read_form
from cds_service.pages.demo_held import PATH as HELD
from cds_service.pages.demo_held import demo_held
from cds_service.pages.guard import refuse_strangers
from cds_service.pages.guides import guides

if TYPE_CHECKING:
    from cds_service.app import Service

RUNS_AT_ONCE = 4
"""Per worker. Each takes a thread, and another for the call; one that fetches takes some more."""
TURN_SECONDS = 5.0
TOLD = (
    *("given", "before", "after", "notice", "problem", "patients"),
    *("unexplained", "unlike", "differences", "why", "timeline", "body", "what_if"),
)
"""What a page can tell of a chart."""
FAILED = "The test bench made a mistake of its own. The log says where: “request failed”."
FIRST = ("sciatica-with-saddle-numbness", "sciatica-with-weak-ankle", "quiet-chart")
"""Offered to whoever sees the page for the first time: a critical card, an information card, none."""


def register(service: Service) -> None:
    """Put the pages of the test bench into the service."""
    settings = service.settings
    held = HeldCharts(time.monotonic, 2 * settings.max_body_bytes)
    service.register_blueprint(demo_held(settings, calls.own_address(settings), held, service.now))
    bench = _Bench(service, held, BoundedSemaphore(RUNS_AT_ONCE))
    service.register_blueprint(_pages(bench))
    service.register_blueprint(guides(settings.base_url))
    service.register_blueprint(bench_download(service, bench.form, bench.given, bench.refused))


def _pages(bench: _Bench) -> Blueprint:
    pages = Blueprint("bench", __name__)
    pages.before_request(refuse_strangers(bench.service.settings))

    @pages.get("/")
    def opened() -> Response:
        chosen = state.read(request.args.get, request.args.getlist, bench.service.now())
        if not chosen.chart:
            return bench.page(chosen)
        return bench.shown(chosen, noted(request.args.getlist("noted"), bench.service.desk.knowledge))

    @pages.post("/")
    def given() -> Response:
        if request.is_json:  # an EHR that was given the wrong address
            raise NotFound(f"There is no such service. The service is POST {calls.SERVICE}.")
        with bench.form() as fields:
            return bench.changed(fields.state, fields.values)

    @pages.post("/bench/feedback")
    def feedback() -> Response:
        with bench.form() as fields:
            done = bench.feedback(fields.values)
            if done.stored and fields.state.chart:
                return _sent_on(bench.address(fields.state, done))
            return bench.shown(fields.state, done)

    @pages.errorhandler(NotAChart)
    def not_a_chart(refused: NotAChart) -> Response:
        return bench.page(bench.nothing(), refused.status, problem=refused.sentence)

    @pages.errorhandler(Overloaded)
    def refused(error: Overloaded) -> Response:
        return bench.page(bench.nothing(), HTTPStatus(error.status), problem=error.sentence)

    @pages.errorhandler(InternalServerError)
    def failed(_: InternalServerError) -> Response:
        """After the framework has logged where: what the service answered is still to be seen."""
        return bench.failed()

    @pages.after_request
    def own_origin(response: Response) -> Response:
        """Else a browser would send `Origin: null` with the forms of the page."""
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return pages


def _sent_on(address: str) -> Response:
    """Reading the page anew then sends nothing a second time."""
    return Response("", HTTPStatus.SEE_OTHER, {"Location": address})


@dataclass(frozen=True, slots=True)
class _Bench:
    service: Service
    held: HeldCharts
    turns: BoundedSemaphore

    def page(self, chosen: State, status: HTTPStatus = HTTPStatus.OK, **told: Any) -> Response:
        """The page with what was chosen, and whatever else there is to tell."""
        nothing = dict.fromkeys(TOLD)
        offered = charts.offered()
        return html.page(
            "bench.html",
            status,
            **nothing
            | {
                "state": chosen,
                "offered": offered,
                "first": [each for name in FIRST for each in offered if each.name == name],
                "ways": ehr.WAYS,
                "parts": ehr.PARTS,
                "sandbox": self._sandbox(chosen),
                "feedback_command": "leg-weakness-cds report feedback",
            }
            | told,
        )

    def nothing(self) -> State:
        return State(full_hour(self.service.now()))

    def refused(self, sentence: str) -> Response:
        """The page that says why a change cannot be made."""
        return self.page(self.nothing(), HTTPStatus.UNPROCESSABLE_ENTITY, problem=sentence)

    def changed(self, chosen: State, values: dict[str, str]) -> Response:
        """The page after its form was sent, with the change that its fields say."""
        try:
            change = typed_change(values, self.service.desk.knowledge)
        except ChangeRefused as refused:
            return self.shown(chosen, problem=str(refused), typed=values)
        chosen = chosen.with_change(change) if change else chosen
        if chosen.chart and "feature" in values:  # the form that changes a chart always has this field
            return _sent_on(f"{self._prefix}{chosen.address}#cards")
        return self.shown(chosen)

    def shown(
        self,
        chosen: State,
        notice: Noted | None = None,
        *,
        problem: str = "",
        typed: dict[str, str] | None = None,
    ) -> Response:
        """The page with a chart that was looked at. Raises `NotAChart` or `ServiceError`.

        `problem`: why a change was not understood, and what was typed for it.
        """
        try:
            given = self.given(chosen)
            run = self._call(given, chosen)
            resources, problem = self._changed(given, chosen, problem)
            after = run if resources is given.resources else self._call(given, chosen, resources)
        except SeveralPatients as several:
            return self.page(chosen, patients=several)
        except NotAChart as refused:
            return self.page(chosen, refused.status, problem=refused.sentence)
        g.seen = Seen(chosen, given, run, after, resources, notice)
        return self._seen(g.seen, **self._explained(g.seen, problem, typed))

    def _seen(self, seen: Seen, status: HTTPStatus = HTTPStatus.OK, **explained: Any) -> Response:
        """The page with the answers, whatever can be told of how they came about."""
        after = None
        if seen.after is not seen.run:
            after = shown(seen.after, replace(seen.given, resources=seen.resources))
        return self.page(
            seen.chosen,
            status,
            given=seen.given,
            before=shown(seen.run, seen.given),
            after=after,
            notice=seen.notice,
            **explained,
        )

    def _explained(self, seen: Seen, problem: str, typed: dict[str, str] | None) -> dict[str, Any]:
        """How the answers came about; where that cannot be told now, why: the cards stand without it."""
        now = self.service.now()
        try:
            with self._turn():
                return explanation(seen, self.service.desk, now, problem=problem, typed=typed)
        except ServiceError as error:
            return {"unexplained": error.sentence}

    def failed(self) -> Response:
        """The page after a mistake of its own, with what the service had answered by then."""
        seen: Seen | None = g.get("seen")
        if seen is not None:
            return self._seen(seen, HTTPStatus.INTERNAL_SERVER_ERROR, unexplained=FAILED)
        return self.page(self.nothing(), HTTPStatus.INTERNAL_SERVER_ERROR, problem=FAILED)

    def _changed(self, given: Given, chosen: State, problem: str) -> tuple[tuple[dict[str, Any], ...], str]:
        """The resources with the changes made; those of the chart itself, and why, where that cannot be."""
        if not chosen.changes:
            return given.resources, problem
        try:
            return trial.changed(given, chosen.changes, self.service.desk), problem
        except ChangeRefused as refused:
            return given.resources, str(refused)

    def feedback(self, values: dict[str, str]) -> Noted:
        """Send what was pressed under a card to the service."""
        outcome, _, card = values.get("card", "").partition(" ")
        reason, comment = values.get(f"reason.{card}", ""), values.get(f"comment.{card}", "").strip()
        at = self.service.now()
        with self._turn():
            sent = calls.feedback(self.service.settings, card, outcome, reason, comment, at=at)
        return Noted.of(sent, outcome, reason, bool(comment), self.service.desk.knowledge)

    def address(self, chosen: State, done: Noted) -> str:
        """Where the same chart is shown again, with what was stored."""
        return f"{self._prefix}{chosen.address}&{done.query}#cards"

    @property
    def _prefix(self) -> str:
        return urlsplit(self.service.settings.base_url).path.rstrip("/")

    def form(self) -> AbstractContextManager[Fields]:
        """The form as it came. Raises `NotAChart` or `ServiceError`."""
        return read_form(self.service)

    # -- the parts of the page, one function each

    def given(self, chosen: State) -> Given:
        if chosen.chart:
            return charts.of_fixture(chosen.chart, chosen.moment)
        most = self.service.settings.max_body_bytes
        return charts.of_document(chosen.document.encode(), chosen.patient, chosen.moment, most)

    def _call(self, given: Given, chosen: State, changed: Sequence[dict[str, Any]] | None = None) -> Run:
        """The real call, for the chart or for what it was changed to. Raises `NotAChart` or `Overloaded`."""
        server = self._server(given, changed) if chosen.way == ehr.FHIR else None
        body = ehr.call_of(given, chosen.way, chosen.parts, server=server, resources=changed)
        with self._turn():
            return calls.call(self.service.settings, body)

    def _server(self, given: Given, changed: Sequence[dict[str, Any]] | None) -> str:
        """The FHIR server that has this chart: the demo server, or the one for charts that are held."""
        settings = self.service.settings
        own = calls.own_address(settings)
        if changed is None and given.source and given.moment == full_hour(self.service.now()):
            return f"{own}{demo_fhir.PATH}"
        if settings.workers > 1:
            raise NotAChart(
                "This chart is held by one worker only, and its FHIR server may be asked at another. Start "
                "the service with ./run --workers 1, or choose another way for the EHR to behave.",
                HTTPStatus.CONFLICT,
            )
        return f"{own}{HELD}/{self.held.keep(given.resources if changed is None else changed, given.patient)}"

    def _sandbox(self, chosen: State) -> dict[str, str]:
        base = self.service.settings.base_url
        people = {each.name: each for each in charts.offered()}
        example = people.get(chosen.chart, people[FIRST[0]])
        return {
            "discovery": f"{base}/cds-services",
            "fhir": f"{base}{demo_fhir.PATH}",
            "patient": charts.of_fixture(example.name, chosen.moment).patient,
            "person": example.person,
            "address": sandbox_address(base, example.name),
        }

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Raises `Overloaded`: the threads of the worker are for calls, and each run is one."""
        if not self.turns.acquire(timeout=TURN_SECONDS):
            raise Overloaded("Too many charts are looked at at once. Try again in a moment.")
        try:
            yield
        finally:
            self.turns.release()
