"""New content while calls come: read on SIGHUP, and only if it is sound."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cds_service.places import content_folder
from tests.several.calls import Ehr, critical, load
from tests.several.conftest import Site
from tests.several.machines import Instance, until
from tests.watch.conftest import make_faulty

pytestmark = pytest.mark.several

NEW = "0.1.1"


@pytest.fixture
def content(site: Site) -> Iterator[Path]:
    """The folder of both; afterwards as it was, and read."""
    yield site.content
    shutil.rmtree(site.content)
    shutil.copytree(content_folder(), site.content)
    for each in site.both:
        each.tell(signal.SIGHUP)
    for each in site.both:
        each.await_answers()


def renew(content: Path) -> None:
    file = content / "content.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace('version = "0.1.0"', f'version = "{NEW}"'), encoding="utf-8")


def one_content(instance: Instance) -> bool:
    """Whether every worker answers with the same."""
    told = instance.numbers()
    return sum(name.startswith("legweakness_content_info") and value > 0 for name, value in told.items()) == 1


def says_so(instance: Instance) -> bool:
    """The new workers, which have the old content; one before them may still answer."""
    told = instance.numbers()
    status = instance.ask("/readyz")
    return told['legweakness_ready{part="content"}'] == 0 and (status.status, status.body["status"]) == (
        200,
        "degraded",
    )


def has_other(instance: Instance, digest: str) -> bool:
    return instance.digest() != digest and one_content(instance)


def test_new_content_is_taken_while_calls_come_and_none_is_lost(site: Site, content: Path, ehr: Ehr) -> None:
    old = site.a.digest()
    with load(site.proxy) as calls:
        renew(content)
        for each in site.both:
            each.tell(signal.SIGHUP)
        for each in site.both:
            until(partial(has_other, each, old), f"{each.name} has the new content")
        since = len(calls.outcomes)
        calls.more()
    assert calls.lost == []
    assert site.a.digest() == site.b.digest() != old
    assert all(f"Content {NEW}." in each.detail for each in calls.outcomes[since + 6 :])
    assert f"Content {NEW}." in critical(ehr.post().body)


def test_faulty_content_is_refused_and_the_old_goes_on(site: Site, content: Path) -> None:
    old = site.a.digest()
    with load(site.proxy) as calls:
        (content / "content.toml").write_text("this is no TOML", encoding="utf-8")
        site.a.tell(signal.SIGHUP)
        until(lambda: "new content refused, the old one stays" in site.a.said(), "said in the log of a")
        shutil.copy(content_folder() / "content.toml", content)
        make_faulty(content)
        site.b.tell(signal.SIGHUP)
        until(lambda: "self-test failed" in site.b.said(), "said in the log of b")
        for each in site.both:
            until(partial(says_so, each), f"{each.name} says so in its metrics and to probes")
            assert each.digest() == old
        calls.more()
    assert calls.lost == []
