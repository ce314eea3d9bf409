"""What the service is and is not, at `/transparency` and for machines at `/transparency.json`.

In every profile, for everybody, without a token: it holds no patient data. Made once by a worker.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import msgspec
from flask import Blueprint, Response, request

from cards.knowledge import Knowledge
from cds_service.pages import html
from cds_service.pages.explanations import JSON, KEPT
from cds_service.transparency import results, statement
from cds_service.transparency.as_json import as_json
from cds_service.transparency.pack import pack
from cds_service.transparency.site import NOTHING, SiteStatement

PATH = "/transparency"


def transparency(knowledge: Knowledge, stated: SiteStatement = NOTHING) -> Blueprint:
    """The page and its JSON, of this content; `stated` is what the site says.

    Raises `ContentError` or `KeyError` for a faulty statement, `SettingsRefused` for the site's results.
    """
    blueprint = Blueprint("transparency", __name__)
    said = pack(statement.shipped(), knowledge, stated)
    shown = results.shipped()

    @cache
    def page() -> bytes:
        return html.page(
            "transparency.html",
            pack=said,
            results=shown,
            rows=results.rows(shown),
            ways=results.ways(shown),
            site_rows=results.rows(said.local) if said.local["stated"] else [],
            of_this_content=results.of_content(shown, knowledge),
        ).get_data()

    @blueprint.get(PATH)
    def for_people() -> Response:
        return _kept(html.response(page()))

    @blueprint.get(f"{PATH}.json")
    def for_machines() -> Response:
        whole = {**as_json(said, shown), "evaluationOfThisContent": results.of_content(shown, knowledge)}
        return _kept(Response(msgspec.json.encode(whole), mimetype=JSON))

    return blueprint


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = KEPT
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response
