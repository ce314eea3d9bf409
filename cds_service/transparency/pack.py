"""What is said of the service with the content that it runs: the statement, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cards import reviews
from cards.knowledge import Knowledge
from cds_service.explanations.wording import short_title
from cds_service.transparency import inputs, local_results
from cds_service.transparency.attributes import EVIDENCE_BASED, PREDICTIVE
from cds_service.transparency.results import of_content
from cds_service.transparency.site import KEYS, NOTHING, PARTS, LocalEvaluation, SiteStatement
from cds_service.transparency.statement import Said, Statement

NOT_APPLICABLE = "Not applicable, because {}"
STATED = "The site states: {}"


@dataclass(frozen=True, slots=True)
class Attribute:
    key: str
    title: str
    value: str
    """Never empty."""
    applies: bool
    site: str = ""
    """What the site states, as plain text, or that it has not; empty where nothing is left to it."""

    @property
    def whole(self) -> str:
        return f"{self.value} {self.site}".rstrip()


@dataclass(frozen=True, slots=True)
class AtSite:
    """What the site was asked, and its answer."""

    key: str
    title: str
    value: str
    """Never empty: where nothing is stated, that."""
    stated: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """All that is said, ready to be shown."""

    product: Mapping[str, str]
    intended_use: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    evidence_based: tuple[Attribute, ...]
    predictive: Mapping[str, tuple[Attribute, ...]]
    """By group."""
    site: tuple[AtSite, ...]
    local: Mapping[str, Any]
    """Results on the site's own charts; `stated` says whether there are any."""
    bibliography: Mapping[str, str]
    """By the id of a source its title."""
    version: str
    digest: str
    local_codes: str
    """The digest of the site's own codes; empty where it has none."""
    revised: str
    reviewed: int
    reviewable: int


def pack(statement: Statement, knowledge: Knowledge, stated: SiteStatement = NOTHING) -> Pack:
    """`stated` is what the site says. Raises `KeyError` for an unknown {number}, or `SettingsRefused`."""
    numbers = numbers_of(knowledge)

    def filled(text: str) -> str:
        return text.format_map(numbers)

    def attributes(titles: Mapping[str, str], said: Mapping[str, Said]) -> tuple[Attribute, ...]:
        return tuple(
            _attribute(key, title, said[key], numbers, site.get(PARTS.get(key, "")))
            for key, title in titles.items()
        )

    site = {each.key: each for each in _at_site(statement, stated)}
    reviewed, reviewable = reviews.counted(knowledge)
    return Pack(
        product=statement.product,
        intended_use={key: filled(text) for key, text in statement.intended_use.items()},
        lists={name: tuple(map(filled, texts)) for name, texts in statement.lists.items()},
        evidence_based=attributes(EVIDENCE_BASED, statement.evidence_based),
        predictive={group: attributes(titles, statement.predictive) for group, titles in PREDICTIVE.items()},
        site=tuple(site.values()),
        local=_local(statement, knowledge, stated.evaluation),
        bibliography={name: source.title for name, source in knowledge.sources.items()},
        version=knowledge.version,
        digest=knowledge.digest,
        local_codes=knowledge.local_codes,
        revised=knowledge.changes[0].date,
        reviewed=reviewed,
        reviewable=reviewable,
    )


def _attribute(
    key: str, title: str, said: Said, numbers: Mapping[str, object], site: AtSite | None
) -> Attribute:
    text = said.text.format_map(numbers)
    value = text if said.applies else NOT_APPLICABLE.format(text)
    of_site = (STATED.format(site.value) if site.stated else site.value) if site else ""
    return Attribute(key, title, value, said.applies, of_site)


def _at_site(statement: Statement, stated: SiteStatement) -> Iterator[AtSite]:
    for key in KEYS:
        title, unstated = statement.site[key]
        value = stated.of(key)
        yield AtSite(key, title, value or unstated, stated=value is not None)


def _local(statement: Statement, knowledge: Knowledge, given: LocalEvaluation | None) -> Mapping[str, Any]:
    title, unstated = statement.site["evaluation"]
    if given is None:
        return {"title": title, "stated": False, "value": unstated}
    made = local_results.read(given.file)
    said = {"charts": given.charts, "by": given.by, "date": given.on.isoformat()}
    return {"title": title, "stated": True, **said, **made, "ofThisContent": of_content(made, knowledge)}


def numbers_of(knowledge: Knowledge) -> Mapping[str, object]:
    """What a text of the statement may name in braces."""
    reviewed, reviewable = reviews.counted(knowledge)
    titles = {rule.id: short_title(rule.title) for rule in knowledge.rules}
    return {
        "version": knowledge.version,
        "digest": knowledge.digest,
        "first": f"{knowledge.changes[-1].version} of {knowledge.changes[-1].date}",
        "revised": f"{knowledge.changes[0].version} of {knowledge.changes[0].date}",
        "red_flags": len(knowledge.rules),
        "critical": sum(rule.critical for rule in knowledge.rules),
        "causes": len(knowledge.causes),
        "features": len(knowledge.features),
        "sources": len(knowledge.sources),
        "reviewed": reviewed,
        "reviewable": reviewable,
        "age_flags": "; ".join(titles[name] for name in inputs.rules_by_age(knowledge)),
        "age_causes": "; ".join(knowledge.causes[name].short for name in inputs.causes_by_age(knowledge)),
        "health_status": "; ".join(inputs.of_health_status(knowledge).values()),
    }
