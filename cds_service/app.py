"""HTTP: the addresses, who may call them from a browser, and every refusal as an OperationOutcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import structlog
from flask import Blueprint, Flask, Response, current_app, g, request
from flask_cors import CORS
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from cards import reviews
from cards.extension import content as content_named
from cds_service import errors, feedback, forwarded, hooks, logs
from cds_service.answer import Desk, answer
from cds_service.errors import (
    NotFound,
    NotTrusted,
    Overloaded,
    RateLimited,
    RecordUnavailable,
    ServiceError,
    WrongMediaType,
)
from cds_service.journal import entries
from cds_service.journal.journal import Journal
from cds_service.pages import demo_fhir, explanations, html, transparency, watching
from cds_service.settings import Settings
from cds_service.shield import Shield
from cds_service.site import tuning
from cds_service.site.acknowledgement import Acknowledgements
from cds_service.site.modes import Modes
from cds_service.site.showing import OFF, VISIBLE
from cds_service.watch.audit import Audit
from cds_service.watch.labels import NOT_ASSESSED, SWITCHED_OFF
from cds_service.watch.watch import Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from cds_service.trust.gate import Gate

JSON = "application/json"
TAKEN = {JSON, "application/fhir+json"}
ALLOWED_HEADERS = ("Authorization", "Content-Type")
"""Named one by one: in the Fetch standard `*` does not cover Authorization, which the sandbox sends."""
REQUEST_ID = "X-Request-Id"
RETRY_SECONDS = 60
"""After which a call that was refused with 503 may be sent again, where its error says nothing else."""

Clock = Callable[[], datetime]

log = structlog.get_logger()
routes = Blueprint("cds", __name__)


class Service(Flask):
    """The web application, with all that its calls need."""

    def __init__(self, settings: Settings, desk: Desk, clock: Clock) -> None:
        super().__init__(__name__, static_folder=None)
        self.jinja_options = {"undefined": StrictUndefined, "finalize": html.visible}
        self.jinja_options |= {"trim_blocks": True, "lstrip_blocks": True}
        self.settings = settings
        self.clock = clock
        self.desk = desk
        """For whoever calls in development; in production each client has its own."""
        self.gate = _gate(self)
        self.desks = {each.name: desk.of_client(settings, each) for each in settings.clients}
        self.modes = Modes(settings, desk.knowledge)
        self.acknowledgements = Acknowledgements(settings, desk.knowledge)
        self.journal = Journal(settings, clock)
        self.audit = Audit(settings)
        self.shield = Shield(self, settings)
        self.watch = Watch(self)
        self.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1  # see _body
        self.config["PROPAGATE_EXCEPTIONS"] = False  # the handler below answers, the log has the place

    def now(self) -> datetime:
        """The moment, for pages that are made before a test hands in its own clock."""
        return self.clock()

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Says where it happened; Flask would also write the message, which may quote a record."""
        kind, _, traceback = exc_info
        log.error("request failed", error=kind.__name__ if kind else "", where=logs.where(traceback))


def _gate(service: Service) -> Gate | None:
    """None in development, where nobody is asked for a token, and what verifies them is not loaded."""
    if not service.settings.in_production:
        return None
    from cds_service.trust.gate import Gate

    return Gate(service.settings, service.now)


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Clock = _now) -> Service:
    """The service, ready to be called. Raises `SettingsRefused` or `ContentError`.

    `clock` tells the moment of assessment, in UTC; only tests hand in another one.
    """
    logs.set_up()
    app = Service(settings, Desk.ready(settings, fetching=True), clock)
    tuning.say(app.desk.knowledge, settings)
    app.register_blueprint(routes)
    app.register_blueprint(watching.watching(app.watch, settings))
    app.register_blueprint(html.pages(settings.base_url, _site(app)))
    app.register_blueprint(explanations.explanations(settings.base_url, app.desk.knowledge))
    app.register_blueprint(transparency.transparency(app.desk.knowledge, settings.transparency))
    if settings.in_production:
        app.register_blueprint(explanations.front_door(settings.base_url))
    else:
        app.register_blueprint(demo_fhir.demo_fhir(settings.base_url, app.now))
        _add_test_bench(app)
    app.register_error_handler(ServiceError, _refusal)
    app.register_error_handler(HTTPException, _http_refusal)
    app.before_request(_begin)
    app.after_request(_end)
    _open_to_browsers(app)
    app.wsgi_app = _with_plain_paths(app.wsgi_app, settings.base_url)  # type: ignore[assignment, method-assign]  # as Flask documents
    return app


def _add_test_bench(app: Service) -> None:
    """In development only; in production not even its code is loaded."""
    from cds_service.pages import bench

    bench.register(app)


def _site(app: Service) -> html.Site:
    content = app.desk.knowledge
    return html.Site(
        version=content.version,
        digest=content.digest,
        reviewed=f"{reviews.said(content)} by a clinician",
        has_bench=not app.settings.in_production,
    )


def _open_to_browsers(app: Service) -> None:
    """CORS, on refusals too: without it a browser hides the real one. Credentials are never asked for."""
    if origins := app.settings.origins:
        CORS(
            app,
            resources={
                rf"{demo_fhir.PATH}/.*": {"allow_headers": list(demo_fhir.ALLOWED_HEADERS)},
                # Not the test bench and the charts that it holds, which are for its own pages alone, nor what
                # is for those who run the service.
                r"/(?!$|bench(?:/|$)|demo/|metrics$|readyz$).*": {"allow_headers": list(ALLOWED_HEADERS)},
            },
            origins=list(origins),
            methods=["GET", "POST", "OPTIONS"],
            expose_headers=[REQUEST_ID],
            send_wildcard=True,
            supports_credentials=False,
            max_age=600,
        )


def _with_plain_paths(app: WSGIApplication, base_url: str) -> WSGIApplication:
    """Answers `/cds-services//leg-weakness/` too: testers type slashes; preflights cannot be redirected."""
    plain = forwarded.plain_path(base_url)

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = plain(environ.get("PATH_INFO", ""))
        return app(environ, start_response)

    return call


def _service() -> Service:
    service = current_app
    assert isinstance(service, Service)  # noqa: S101  (for the type checker: there is no other application)
    return service


@routes.get("/cds-services")
def discovery() -> Response:
    service = _service()
    desk = _desk_of_caller()
    service.shield.admit()
    mode = service.modes.before_reading(desk.client)
    return _json(hooks.discovery(desk.wanted, desk.knowledge, mode))


@routes.get("/healthz")
def healthz() -> Response:
    """Whether the process answers, with which content, and whether cards go out; no more is promised."""
    service = _service()
    shown = content_named(service.desk.knowledge)
    return _json({"status": "ok", "content": shown, "showing": service.modes.told()})


@routes.post("/cds-services/<service_id>")
def hook_call(service_id: str) -> Response:
    service = _service()
    started = service.desk.now()
    desk = _refuse_before_reading(service_id)
    body = _body(service.settings.max_body_bytes)
    if service.modes.before_reading(desk.client) == OFF:
        return _switched_off(desk)
    call = hooks.open_call(body)
    try:
        done = answer(
            call,
            desk,
            service.clock(),
            started,
            journal=service.journal,
            modes=service.modes,
            acknowledgements=service.acknowledgements,
            watch=service.watch,
            audit=service.audit,
        )
    except RecordUnavailable as error:
        return _unless_silent(error, call, desk)
    shown, left_out = done.shown, done.left.left_out
    return _json(
        hooks.response(
            call.hookInstance, shown.cards, shown.extension, desk.knowledge, desk.links, acknowledged=left_out
        )
    )


def _switched_off(desk: Desk) -> Response:
    """Somebody switched it off on purpose: no failure, so no error; log, journal and /healthz say so."""
    service = _service()
    log.info("hook call, switched off", mode=OFF, content=desk.knowledge.version)
    service.journal.keep(entries.off(desk.knowledge, client=desk.client.name, as_of=service.clock()))
    service.watch.without_a_look(desk.client.name, SWITCHED_OFF)
    return _json(hooks.NO_CARDS)


def _unless_silent(error: RecordUnavailable, call: hooks.HookCall, desk: Desk) -> Response:
    """A silent service shows clinicians nothing, no errors either; the report counts them.

    Raises the error where cards are shown.
    """
    service, now = _service(), _service().clock()
    context = call.context
    mode = service.modes.of(desk.client, context.patientId, entries.day_of(now), context.userId).mode
    if mode == VISIBLE:
        raise error
    log.warning("hook call, not assessed", mode=mode, error=error.code)
    service.journal.keep(entries.unavailable(desk.knowledge, client=desk.client.name, as_of=now))
    service.watch.without_a_look(desk.client.name, NOT_ASSESSED)
    return _json(hooks.NO_CARDS)


@routes.post("/cds-services/<service_id>/feedback")
def take_feedback(service_id: str) -> Response:
    """200 only when it is stored; where some of it is not feedback, the rest is stored all the same."""
    service = _service()
    desk = _refuse_before_reading(service_id)
    read = feedback.read(_body(feedback.MAX_BYTES), desk, service.settings, service.clock())
    stored = service.journal.add_feedback(read.items)
    feedback.log_stored(read, stored)
    service.watch.feedback(read.items)
    if read.refused:
        raise feedback.refusal(read)
    return _json(feedback.response(stored))


def _refuse_before_reading(service_id: str) -> Desk:
    """The desk of whoever calls."""
    if service_id != hooks.SERVICE_ID:
        raise NotFound(f"There is no such service. The service is POST /cds-services/{hooks.SERVICE_ID}.")
    desk = _desk_of_caller()
    _service().shield.admit()
    _refuse_other_media()
    return desk


def _desk_of_caller() -> Desk:
    """Raises `NotTrusted`, before the body is read."""
    service = _service()
    if service.gate is None:
        return service.desk
    g.caller = service.gate.caller(request.headers.get("Authorization"), request.path)
    name = g.client_name = g.caller.client.name
    structlog.contextvars.bind_contextvars(client=name)
    return service.desks[name]


def _refuse_other_media() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in TAKEN or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise WrongMediaType("Content-Type: must be application/json in UTF-8. Send the call so.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise WrongMediaType("Content-Encoding: the body must not be compressed. Send it as plain JSON.")


def _body(limit: int) -> bytes:
    """The whole body. What comes in chunks werkzeug cuts off at its limit in silence: hence a byte more."""
    if (request.content_length or 0) > limit:
        raise errors.too_large(limit)
    body = _service().shield.body(limit)
    if len(body) > limit:
        raise errors.too_large(limit)
    return body


def _begin() -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=uuid4().hex)


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID] = structlog.contextvars.get_contextvars().get("request", "")
    if request.method == "OPTIONS" and "Access-Control-Allow-Origin" in response.headers:
        # flask-cors names none that the browser did not ask for; some look at a service with no browser.
        response.headers.setdefault("Access-Control-Allow-Headers", ", ".join(ALLOWED_HEADERS))
    return _service().shield.protect(response)


def _refusal(refused: ServiceError) -> Response:
    service = _service()
    error = service.shield.instead_of(refused)
    service.watch.refused(error)
    if isinstance(error, NotTrusted):
        log.warning("not trusted", reason=error.reason, client=error.client)
    if not isinstance(error, RateLimited | Overloaded):  # the shield logs these, not each of a storm
        log.info("refused", error=error.code, status=error.status, method=request.method)
    response = _json(error.outcome(), HTTPStatus(error.status))
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.retry_seconds is not None or error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(error.retry_seconds or RETRY_SECONDS)
    return response


def _http_refusal(error: HTTPException) -> Response:
    """What the framework refuses by itself, keeping its headers, such as Allow."""
    known = errors.for_status(error.code or 500, max_body_bytes=_service().settings.max_body_bytes)
    response = _refusal(known)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _json(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(msgspec.json.encode(body), status=status, mimetype=JSON)
