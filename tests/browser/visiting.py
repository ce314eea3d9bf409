"""A person who opens the pages, and a watch beside them that writes down whatever a page must not do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.browser.chromium import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Dialog,
        Page,
        Request,
        Response,
        WebError,
    )

OF_THE_BROWSER = ("about:", "blob:", "devtools:")
"""Addresses that ask nobody for anything."""


class Watch:
    """Sees every page, frame and request of a visit; `complaints` is empty when all was well."""

    def __init__(self, context: BrowserContext, origin: str, accepted: Collection[int] = ()) -> None:
        self.origin = origin
        self.accepted = accepted
        self.complaints: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A refusal is written there too; _response knows which are wanted.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", *OF_THE_BROWSER)):
            self.complaints.append(f"asks elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.accepted:
            self.complaints.append(f"{response.status} from {response.url}")


@contextmanager
def visit(
    browser: Browser, origin: str, *, width: int = 1280, accepted: Collection[int] = (), **options: Any
) -> Iterator[tuple[Page, Watch]]:
    """A new page in a context of its own: no cookie, cache or storage of another visit.

    `width` in CSS pixels; `accepted` are the HTTP statuses from 400 on that this visit is there to see;
    `options` are those of a browser context.
    """
    given: dict[str, Any] = {
        "base_url": origin,
        "viewport": {"width": width, "height": 900},
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",  # a picture taken half way is another one each time
    }
    context = browser.new_context(**(given | options))
    try:
        context.set_default_timeout(PATIENCE)
        watch = Watch(context, origin, accepted)
        yield context.new_page(), watch
    finally:
        context.close()
