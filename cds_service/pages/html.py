"""Pages for people: where templates and style sheets lie, and what a browser may do with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from cards.record_text import seen
from cds_service.errors import NotFound
from cds_service.pages import markup

FOLDER = Path(__file__).resolve().parent
ASSETS = "/assets"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""All comes from this service, and no style or script stands in a page itself: record text that got through
could still run nothing, load nothing and send nothing anywhere."""
_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Site:
    """What every page says of the service, in its menu and at its foot."""

    version: str
    digest: str
    """Of the content, as every card carries it."""
    reviewed: str
    """How much of the content a clinician has reviewed."""
    has_bench: bool


def pages(base_url: str, site: Site) -> Blueprint:
    """The templates' folder, their words for addresses, and the assets; `base_url` is that of the service."""
    blueprint = Blueprint("pages", __name__, template_folder="templates")
    prefix = urlsplit(base_url).path.rstrip("/")

    @blueprint.app_context_processor
    def words() -> dict[str, Any]:
        return {
            "at": lambda path: f"{prefix}{path}",
            "asset": lambda name: f"{prefix}{asset_path(name)}",
            "site": site,
        }

    blueprint.add_app_template_filter(markup.block, "markdown")
    blueprint.add_app_template_filter(markup.line, "line")

    @blueprint.get(f"{ASSETS}/<name>")
    def asset(name: str) -> Response:
        if name not in assets():
            raise NotFound("There is no such file. Load the page anew.")
        content, tag = assets()[name]
        response = Response(content, content_type=f"{KINDS[Path(name).suffix]}; charset=utf-8")
        # Its address names its content, so that it never changes; an older address gets the newer file.
        response.headers["Cache-Control"] = _YEAR if request.args.get("v") == tag else "no-cache"
        return response

    return blueprint


@lru_cache(maxsize=1)
def assets() -> Mapping[str, tuple[bytes, str]]:
    """The content of each style sheet, script and picture, with the first signs of its digest."""
    files = sorted(file for file in (FOLDER / "static").iterdir() if file.suffix in KINDS)
    read = {file.name: file.read_bytes() for file in files}
    return {name: (content, sha256(content).hexdigest()[:12]) for name, content in read.items()}


def asset_path(name: str) -> str:
    """The address of an asset below that of the service. Raises `KeyError` when there is none."""
    return f"{ASSETS}/{name}?v={assets()[name][1]}"


def visible(told: object) -> object:
    """What a template writes: no text of a record turns its line round, hides a part, or breaks the page.

    What is markup already stays: a document goes into a form as it came (`| e`).
    """
    return seen(told) if isinstance(told, str) and not hasattr(told, "__html__") else told


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **told: Any) -> Response:
    """A page made from a template of templates/, with all that it is told."""
    return response(render_template(template, **told), status)


def response(body: str | bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A page that was made before."""
    response = Response(body, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response
