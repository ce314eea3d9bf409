"""A changed chart of the test bench as the folder of a fixture, to be downloaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from flask import Blueprint, Response

from cds_service.bench import ehr, trial
from cds_service.bench.change import ChangeRefused
from cds_service.bench.charts import Given, SeveralPatients
from cds_service.bench.documents import NotAChart
from cds_service.bench.fixture_files import fixture_folder
from cds_service.bench.state import State
from cds_service.pages.guard import refuse_strangers

if TYPE_CHECKING:
    from cds_service.app import Service

PATH = "/bench/download"


class Form(Protocol):
    """A form of the bench that was sent."""

    @property
    def state(self) -> State: ...


def bench_download(
    service: Service,
    form: Callable[[], AbstractContextManager[Form]],
    given: Callable[[State], Given],
    refused: Callable[[str], Response],
) -> Blueprint:
    """`form` reads what was sent, `given` the chart that it chose; `refused` says why there is no folder."""
    pages = Blueprint("bench_download", __name__)
    pages.before_request(refuse_strangers(service.settings))

    @pages.post(PATH)
    def download() -> Response:
        with form() as fields:
            chosen = fields.state
            chart = given(chosen)
            context = json.loads(ehr.call_of(chart, ehr.MISSING, ()))["context"]
            if not isinstance(context, dict):
                raise NotAChart("The call has no context of which a fixture could be made.")
            made = trial.made(chart, chosen.changes, context, service.desk)
            packed = fixture_folder(made, trial.answers(service.desk), service.settings.base_url)
        response = Response(packed, content_type="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="{made.name}.zip"'
        response.headers["Cache-Control"] = "no-store"
        return response

    @pages.errorhandler(ChangeRefused)
    def change_refused(error: ChangeRefused) -> Response:
        return refused(str(error))

    @pages.errorhandler(NotAChart)
    def not_a_chart(error: NotAChart) -> Response:
        return refused(error.sentence)

    @pages.errorhandler(SeveralPatients)
    def several(_: SeveralPatients) -> Response:
        return refused("The document holds several patients. Choose one, then download.")

    return pages
