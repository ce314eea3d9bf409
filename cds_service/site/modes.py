"""Decides for each call whether its cards go out: settings, then the switches, which can only take away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

import structlog

from cards.knowledge import Knowledge
from cds_service.errors import SettingsRefused
from cds_service.settings import Client, Settings
from cds_service.site import users
from cds_service.site.showing import OFF, SILENT, VISIBLE, Mode, Showing
from cds_service.site.switches import Switches
from cds_service.site.switches_file import SwitchesFile

log = structlog.get_logger()


def topics(content: Knowledge) -> frozenset[str]:
    """Of every card that there can be."""
    others = (content.wording["differential_topic"], content.wording["incomplete_topic"])
    return red_flag_topics(content) | {str(each) for each in others}


def red_flag_topics(content: Knowledge) -> frozenset[str]:
    return frozenset(rule.topic for rule in content.rules)


class Modes:
    """Of one worker process."""

    def __init__(self, settings: Settings, content: Knowledge) -> None:
        """Raises `SettingsRefused` for a topic that is none, and for a file of switches that is wrong."""
        self._settings = settings
        self._held_back = frozenset(each.topic for each in settings.silent_topics)
        if unknown := self._held_back - topics(content):
            raise SettingsRefused(
                f"silent_topics: no card has the topic {', '.join(sorted(unknown))}; there are "
                f"{', '.join(sorted(topics(content)))}"
            )
        self._topics = topics(content)
        self.file = SwitchesFile(settings.switches_file, self._say)

    def _say(self, switched: Switches) -> None:
        """A name that is none switches nothing; the others of the file count all the same."""
        if switched.anything:
            log.warning(
                "switches: cards are held back",
                off=switched.off,
                silent=switched.silent,
                topics=sorted(switched.topics & self._topics),
                count=len(switched.clients),
                named=bool(switched.by and switched.reason),
            )
        else:
            log.warning("switches: nothing is switched")
        names = {client.name for client in self._settings.clients} or {self._settings.caller.name}
        if missing := len(switched.topics - self._topics) + len(switched.clients - names):
            log.error("switches name what is not there", count=missing)

    def of(self, client: Client, patient: str, day: date, user: str | None = None) -> Showing:
        """Of a call of this client for this patient, on that day (UTC), by this user (`userId`)."""
        switched = self.file.state
        mode = self._mode(client, switched)
        if mode == VISIBLE and not users.may_see(user, client.shown_to):
            mode = SILENT
        if mode == VISIBLE and not in_share(self._settings.visible_share, client.name, patient, day):
            mode = SILENT
        return Showing(mode, self._held_back | switched.topics)

    def before_reading(self, client: Client) -> Mode:
        """What holds for all calls of a client, whoever the patient is."""
        return self._mode(client, self.file.state)

    def _mode(self, client: Client, switched: Switches) -> Mode:
        if switched.off or client.name in switched.off_clients:
            return OFF
        if switched.silent or client.name in switched.silent_clients:
            return SILENT
        return configured(self._settings, client)

    def told(self) -> Mapping[str, Any]:
        """For everybody who asks, so without the names of clients and people."""
        switched = self.file.state
        clients = self._settings.clients or (self._settings.caller,)
        modes = {self._mode(each, switched) for each in clients}
        return {
            "mode": modes.pop() if len(modes) == 1 else "by client",
            "visibleShare": self._settings.visible_share,
            "heldBack": sorted(self._held_back | switched.topics),
            "switched": switched.anything,
        }


def configured(settings: Settings, client: Client) -> Mode:
    """What the settings say, whatever is switched."""
    return client.mode or settings.mode


def in_share(percent: int, client: str, patient: str, day: date) -> bool:
    """Whether the chart is among the share that is shown: the same all day, in every worker and replica.

    The digest is made for the comparison and not kept. The day is in it so that no patient is left out for
    long; a share that grows only adds charts (decision 0022).
    """
    if percent >= 100:
        return True
    said = f"{client}\0{patient}\0{day}".encode()
    number = int.from_bytes(blake2b(said, digest_size=8, person=b"visible share").digest(), "big")
    return number < percent * (1 << 64) // 100
