"""Which cards of a call were acknowledged: asked of the journal, for clients that switched it on.

Whatever cannot be told (a database that is slow or gone, a stage that failed) shows the card. The database
knows a keyed digest of client, patient, topic and evidence, and nothing else of the patient.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import structlog

from cards import acknowledged
from cards.card import Card
from cards.knowledge import Knowledge
from cds_service.errors import SettingsRefused
from cds_service.hooks import REASON_SYSTEM
from cds_service.journal.quick import NoAnswer, Quick
from cds_service.settings import Client, Settings
from cds_service.telling import Told

if TYPE_CHECKING:
    from cds_service.journal.store import Store, Word

WAIT_SECONDS = 0.2
OVERRIDDEN = "overridden"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of what would be shown."""

    told: Told
    left_out: tuple[Card, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    """By topic, of the cards that feedback can acknowledge."""


@dataclass(slots=True)
class Counts:
    """Questions to the journal since the process started."""

    answered: int = 0
    unanswered: int = 0


class Acknowledgements:
    """Of one worker process."""

    def __init__(
        self,
        settings: Settings,
        content: Knowledge,
        opened: Callable[[str], Store] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens nothing yet. `opened` hands in another store, `clock` other seconds, for tests.

        Raises `SettingsRefused` for a reason that is none.
        """
        for client in settings.clients:
            _refuse_unknown_codes(client, content)
        self.counts = Counts()
        self._secret = (settings.acknowledgement_secret or "").encode()
        self._wanted = any(each.acknowledgement for each in settings.clients)
        self._quick = Quick("acknowledged", lambda: (opened or _opened)(settings.database_url), clock)
        self._lock = Lock()

    def prepare(self) -> None:
        """In the worker, before it answers: begin to open the database. It takes longer than a call waits."""
        if self._wanted:
            self._quick.prepare(0.0)

    def left(self, shown: Told, client: Client, patient: str, content: Knowledge, day: date) -> Left:
        """`day`: of the call, UTC."""
        asked = client.acknowledgement
        if asked is None or not shown.cards:
            return Left(shown)
        rests_on = acknowledged.evidence(shown.cards, shown.assessment, content)
        marks = {topic: self._mark(client, patient, topic, each) for topic, each in rests_on.items()}
        if not marks:
            return Left(shown)
        words = self._last_words(client, marks, day - timedelta(days=asked.days))
        known = {
            (topic, rests_on[topic])
            for topic, mark in marks.items()
            if mark in words and all(_counts(word, asked.codes) for word in words[mark])
        }
        cards = acknowledged.left(shown.cards, rests_on, known)
        left_out = tuple(each for each in shown.cards if each not in cards)
        return Left(replace(shown, cards=cards), left_out, marks)

    def close(self) -> None:
        """For tests: a process closes by ending."""
        self._quick.close()

    def _mark(self, client: Client, patient: str, topic: str, evidence: str) -> str:
        said = json.dumps([client.name, patient, topic, evidence])
        return hmac.new(self._secret, said.encode(), "sha256").hexdigest()

    def _last_words(
        self, client: Client, marks: Mapping[str, str], since: date
    ) -> Mapping[str, frozenset[Word]]:
        """Nothing where the journal cannot tell."""

        def asked(store: Store) -> Mapping[str, frozenset[Word]]:
            return store.last_words(client.name, list(marks.values()), since)

        try:
            words = self._quick.ask(asked, WAIT_SECONDS)
        except NoAnswer as error:
            if not error.paused:
                log.error("acknowledgements not looked up, all is shown", reason=str(error))
            words = None
        with self._lock:
            self.counts.answered += words is not None
            self.counts.unanswered += words is None
        return words or {}


def _counts(word: Word, codes: tuple[str, ...]) -> bool:
    if word.outcome != OVERRIDDEN or word.reason is None:
        return False
    own = word.reason_system == REASON_SYSTEM
    return (word.reason if own else f"{word.reason_system or ''}|{word.reason}") in codes


def _refuse_unknown_codes(client: Client, content: Knowledge) -> None:
    ours = content.wording["override_reasons"]
    codes = client.acknowledgement.codes if client.acknowledgement else ()
    if unknown := [code for code in codes if "|" not in code and code not in ours]:
        raise SettingsRefused(
            f"clients.{client.name}.acknowledgement.codes: no card offers {', '.join(unknown)}; "
            f'there are {", ".join(ours)}. A reason of the site is written as "system|code"'
        )


def _opened(url: str) -> Store:
    from cds_service.journal.engine import open_quick_engine
    from cds_service.journal.store import Store

    return Store(url, opened=lambda where: open_quick_engine(where, mode="ro"))
