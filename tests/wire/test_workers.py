"""What a worker does before it answers."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from cds_service.server import _Applications
from cds_service.settings import Settings
from tests.wire.ehr import Started


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """The collector of this process."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("as_it_was")
def test_a_worker_begins_with_what_was_put_aside_for_it_and_collects_nothing_itself() -> None:
    """It takes long where the machine is busy, and the old worker does not wait for the new one."""
    applications = _Applications(Settings(database_url="none"), None)
    collected: list[str] = []

    def note(phase: str, info: dict[str, int]) -> None:
        collected.append(f"{phase} of generation {info['generation']}")

    for again in (False, True):
        if again:
            applications.renew()
        assert gc.get_freeze_count() > 100_000
        gc.callbacks.append(note)
        service = applications()
        gc.callbacks.remove(note)
        service.journal.close()
        service.watch.close()
        assert not [each for each in collected if "generation 2" in each]


def test_a_worker_in_production_opens_the_database_of_used_tokens_before_it_answers(start: Started) -> None:
    """Else its first tokens were not checked: to open it takes longer than a call waits."""
    applications = _Applications.__new__(_Applications)  # with an application that need not be loaded anew
    applications.app, applications.folder = start(), None
    service = applications()
    service.watch.close()
    assert service.gate
    assert service.gate.replay._quick._store
