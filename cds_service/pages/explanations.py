"""The explanation pages, in every profile: what the content says, for whoever follows a card's link.

They hold no patient data and ask for no token. Each is made once by a worker and then answered from memory:
nobody who reads them, or lets a program read them, takes time from a hook call.
"""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from cards.knowledge import Knowledge
from cds_service.errors import NotFound
from cds_service.explanations.addresses import INDEX
from cds_service.explanations.book import book
from cds_service.pages import html

PATH = INDEX.rstrip("/")
KEPT = "public, max-age=300"
"""A browser may show a page for five minutes without asking; then the content may be another."""
HTML, JSON = "text/html", "application/json"


def explanations(base_url: str, knowledge: Knowledge) -> Blueprint:
    """The pages; `base_url` is that of the service."""
    blueprint = Blueprint("explanations", __name__)
    leaves = book(knowledge, urlsplit(base_url).path.rstrip("/"))
    made: dict[str, tuple[bytes, str]] = {}

    @blueprint.get(PATH, defaults={"rest": ""})
    @blueprint.get(f"{PATH}/<path:rest>")
    def explanation(rest: str) -> Response:
        path = f"{PATH}/{rest}".rstrip("/")
        if path not in leaves:
            return _not_found()
        if path not in made:
            leaf = leaves[path]()
            body = html.page(leaf.template, **leaf.told).get_data()
            made[path] = body, sha256(body).hexdigest()[:32]
        body, tag = made[path]
        response = html.response(body)
        response.headers["Cache-Control"] = KEPT
        response.set_etag(tag)
        response.make_conditional(request)
        return response

    return blueprint


def _not_found() -> Response:
    """A page for a browser; for everything else the refusal of every address."""
    if request.accept_mimetypes.best_match([JSON, HTML]) != HTML:
        raise NotFound("There is no such page. See /explanations/ for all that is explained.")
    return html.page("explanations_not_found.html", HTTPStatus.NOT_FOUND)


def front_door(base_url: str) -> Blueprint:
    """Leads whoever asks for the service itself to the explanations; in development the bench is there."""
    blueprint = Blueprint("front_door", __name__)
    target = urlsplit(base_url).path.rstrip("/") + INDEX

    @blueprint.get("/")
    def door() -> AnyResponse:
        return redirect(target)

    return blueprint
