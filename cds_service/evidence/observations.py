"""Observations: a name, a value, and what the two say together."""

from __future__ import annotations

from msgspec.structs import replace

from cards.findings import Finding
from cds_service.evidence.codes import Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.statements import read_statement
from cds_service.evidence.thin import Part, load, parts, state_of


def read_observation(opened: OpenResource) -> list[Finding]:
    resource = opened.resource
    if state_of(resource.status) in opened.chart.states["observation_void"]:
        return []
    dated = opened.saw(effective(opened))
    name = opened.code(resource.code, name=True)
    found = [
        finding for part in parts(resource.component) for finding in _component(opened, name, part, dated)
    ]
    # A heading over its components says nothing that they do not say themselves.
    told = frozenset(hit.concept for finding in found for hit in finding.hits)
    return (
        read_statement(opened, name, resource, opened.chart.site(resource.body_site), dated=dated, told=told)
        + found
    )


def effective(opened: OpenResource) -> Dated | None:
    """When an observation or report was true; else when it was issued."""
    resource = opened.resource
    found = opened.date(resource.effective_date_time) or opened.date(resource.effective_instant)
    if found is None and resource.effective_period:
        found = opened.during(resource.effective_period)
    if found is None and resource.effective_timing:
        found = opened.chart.dates.last_event(load(resource.effective_timing))
    return found or opened.date(resource.issued)


def _component(opened: OpenResource, whole: Coded, part: Part, dated: Dated | None) -> list[Finding]:
    """A component inherits date and site; one that names but a site ("right hip flexion") also the name."""
    name = opened.code(part.code, name=True)
    if name.silent and not whole.silent and (name.side or name.leg_site or name.other_site):
        name = replace(
            whole,
            label=f"{whole.label} {name.label}",
            key=f"{whole.key} {name.key}",
            words=f"{whole.words} | {name.words}",
            code_side=name.code_side or name.side,
            leg_site=name.leg_site or (whole.leg_site and not name.other_site),
            other_site=name.other_site or whole.other_site,
        )
    site = opened.chart.site(opened.resource.body_site)
    return read_statement(opened, name, part, site, dated=dated, under=whole.label)
