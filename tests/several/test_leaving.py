"""An instance goes while calls come: by its death, or as it was told to."""

from __future__ import annotations

import time

import pytest

from tests.several.calls import AT_A_TIME, load
from tests.several.conftest import Site
from tests.several.machines import Instance, until

pytestmark = pytest.mark.several


def takes_calls_again(site: Site, instance: Instance) -> bool:
    last = site.proxy.lines()[-4:]
    return any(line["instance"] == instance.address and line["status"] == 200 for line in last)


def test_a_killed_instance_takes_no_more_with_it_than_the_calls_it_had(site: Site) -> None:
    with load(site.proxy) as calls:
        site.a.kill()
        gone = time.monotonic()
        calls.more()
        seen = len(site.proxy.lines())
        calls.more()
        alone = site.proxy.lines()[seen:]
        site.a.start()
        until(lambda: takes_calls_again(site, site.a), "the one that is back takes calls")
        calls.more()
    lost = calls.lost
    assert len(lost) <= AT_A_TIME, lost
    # Begun there, so refused by the other one as replayed; or never answered by any.
    assert all(each.began < gone and each.status in {401, 502} for each in lost), lost
    assert {line["instance"].split(", ")[-1] for line in alone} == {site.b.address}
    assert {line["status"] for line in alone} == {200}


def test_both_are_told_to_end_one_after_the_other_and_no_call_is_lost(site: Site) -> None:
    """As a rolling update does: the second goes as soon as the first is ready again."""
    with load(site.proxy) as calls:
        for each in site.both:
            assert each.end() == 0
            calls.more()
            each.start()
        until(lambda: takes_calls_again(site, site.b), "the one that is back takes calls")
    assert calls.lost == []
