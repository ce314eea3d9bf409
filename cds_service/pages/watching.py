"""For those who run the service: `/readyz` for balancers, `/metrics` for Prometheus; neither with a token."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from flask import Blueprint, Response, request

from cds_service.errors import MetricsUnavailable, NotFound
from cds_service.settings import Settings
from cds_service.watch.readers import may_read
from cds_service.watch.watch import COUNTING_FAILED, Watch


def watching(watch: Watch, settings: Settings) -> Blueprint:
    pages = Blueprint("watching", __name__)

    @pages.get("/readyz")
    def readyz() -> Response:
        """503 where no call should be sent here."""
        ready, told = watch.ready()
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(msgspec.json.encode(told), status=status, mimetype="application/json")

    @pages.get("/metrics")
    def metrics() -> Response:
        """For everybody else it is not there."""
        if not may_read(settings, request.remote_addr or "", request.headers.get):
            raise NotFound("There is no such page here, or not for this address (metrics_from).")
        try:
            text = watch.text()
        except COUNTING_FAILED:
            raise MetricsUnavailable(
                "The metrics cannot be read now. Look at the log, and at the room in /dev/shm or /tmp."
            ) from None
        from cds_service.watch.metrics import CONTENT_TYPE

        return Response(text, content_type=CONTENT_TYPE)

    return pages
