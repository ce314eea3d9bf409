"""New content while calls come: read on SIGHUP, and only if it is sound."""

from __future__ import annotations

import shutil
import signal
from functools import partial

import pytest

from cds_service.places import content_folder
from tests.several.calls import AT_A_TIME, Ehr, critical, load
from tests.several.conftest import Site
from tests.several.machines import Instance, until
from tests.watch.conftest import make_faulty

pytestmark = pytest.mark.several

NEW = "0.0.99"


def says_so(instance: Instance) -> bool:
    """Of the new workers, which have the old content; the one before them may still answer."""
    probe = instance.ask("/readyz")
    is_told = (probe.status, probe.body["status"]) == (200, "degraded")
    return is_told and instance.numbers()['legweakness_ready{part="content"}'] == 0


def has_another(instance: Instance, old: set[str]) -> bool:
    found = instance.digests()
    return len(found) == 1 and found != old


def test_faulty_content_is_refused_and_the_old_goes_on(site: Site) -> None:
    (old,) = site.a.digests()
    file = site.content / "content.toml"
    sound = file.read_text(encoding="utf-8")
    with load(site.proxy) as calls:
        file.write_text("this is no TOML", encoding="utf-8")
        site.a.tell(signal.SIGHUP)
        until(lambda: "new content refused, the old one stays" in site.a.said(), "said in the log of a")
        file.write_text(sound, encoding="utf-8")
        make_faulty(site.content)  # it can be read, and a red flag is not found with it
        site.b.tell(signal.SIGHUP)
        until(lambda: "self-test failed" in site.b.said(), "said in the log of b")
        shutil.copy(content_folder() / "red_flags.toml", site.content)
        for each in site.both:
            until(partial(says_so, each), f"{each.name} says so in its metrics and to probes")
            assert each.digests() == {old}
        calls.more()
    assert calls.lost == []


def test_new_content_is_taken_while_calls_come_and_none_is_lost(site: Site, ehr: Ehr) -> None:
    """Also after one that was refused."""
    old = site.a.digests()
    file = site.content / "content.toml"
    sound = file.read_text(encoding="utf-8")
    assert 'version = "0.1.0"' in sound
    file.write_text(sound.replace('version = "0.1.0"', f'version = "{NEW}"'), encoding="utf-8")
    with load(site.proxy) as calls:
        for each in site.both:
            each.tell(signal.SIGHUP)
        for each in site.both:
            until(partial(has_another, each, old), f"{each.name} has the new content")
        since = len(calls.outcomes) + AT_A_TIME
        calls.more()
    assert calls.lost == []
    assert site.a.digests() == site.b.digests()
    assert all(f"Content {NEW}." in each.detail for each in calls.outcomes[since:])
    assert f"Content {NEW}." in critical(ehr.post().body)
    for each in site.both:
        until(partial(is_ready, each), f"{each.name} is no longer degraded")


def is_ready(instance: Instance) -> bool:
    return bool(instance.ask("/readyz").body["status"] == "ready")
