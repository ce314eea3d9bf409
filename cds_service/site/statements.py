"""What the files of a site say of its codes, before it is known what that means here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from cds_service.site.fhir_files import FhirFile, Node

MOST_CODES = 200_000


class Counts(Enum):
    """How much a target of a code counts."""

    FULLY = "fully"
    HINT = "hint"
    """As a code that no terminology source confirmed: never critical alone."""
    NOT = "not"


# FHIR R4, http://hl7.org/fhir/R4/valueset-concept-map-equivalence.html: each says what the TARGET is beside
# the source ("wider: the target mapping is wider in meaning than the source concept"). A record has the
# source, so the target counts fully only where every source is surely a target.
EQUIVALENCES = {
    "equal": Counts.FULLY,
    "equivalent": Counts.FULLY,
    "subsumes": Counts.FULLY,  # "the source is-a target"
    "wider": Counts.HINT,  # wider in meaning, but nobody says that the source is a kind of it
    "relatedto": Counts.HINT,  # some overlap, the relationship is not known
    "inexact": Counts.HINT,  # overlap, and both cover more
    "narrower": Counts.NOT,  # the target would say more than the record does
    "specializes": Counts.NOT,  # "the target is-a source"
    "unmatched": Counts.NOT,
    "disjoint": Counts.NOT,
}
_EXACT = ("equal", "equivalent")


@dataclass(frozen=True, slots=True)
class Target:
    """What a code of the site is mapped to."""

    node: Node
    system: str
    code: str
    counts: Counts
    exact: bool
    """The same meaning, neither more nor less."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One code of the site."""

    node: Node
    system: str
    code: str
    targets: tuple[Target, ...]
    """None where it is said to mean nothing."""


def of_map(file: FhirFile) -> Iterator[Statement]:
    """Each code of a ConceptMap for which something is said. Raises `LocalCodesRefused`."""
    groups = file.root.objects("group")
    if not groups:
        raise file.root.fail("is missing; a map without one says nothing", "group")
    for group in groups:
        group.refuse(["unmapped"], "codes that are not named never count; leave it out")
        for element in group.objects("element"):
            if targets := element.objects("target"):
                found = [_target(each, group) for each in targets]
                # A skeleton has its proposals here; they are no decision until somebody says what they are.
                if all(each is None for each in found) and any(each.has("code") for each in targets):
                    continue
                yield Statement(
                    element, group.text("source"), element.text("code"), tuple(each for each in found if each)
                )


def _target(target: Node, group: Node) -> Target | None:
    if target.has("relationship"):
        raise target.fail("is FHIR R5; write R4, where it is `equivalence`", "relationship")
    target.refuse(["dependsOn", "product"], "a target on a condition is not understood; leave it out")
    equivalence = target.text("equivalence")
    if equivalence not in EQUIVALENCES:
        raise target.fail(f"must be one of {', '.join(EQUIVALENCES)}", "equivalence")
    if equivalence in ("unmatched", "disjoint"):
        return None
    counts = EQUIVALENCES[equivalence]
    return Target(target, group.text("target"), target.text("code"), counts, equivalence in _EXACT)


def of_value_set(file: FhirFile) -> Iterator[Statement]:
    """Each code of a ValueSet, all for what its `focus` names. Raises `LocalCodesRefused`."""
    meant = _focus(file.root)
    members = list(_members(file.root))
    if not members:
        raise file.root.fail("names no code, neither in expansion nor in compose", "compose")
    for member, system in members:
        target = Target(meant, meant.text("system"), meant.text("code"), Counts.FULLY, exact=False)
        yield Statement(member, system, member.text("code"), (target,))


def _focus(root: Node) -> Node:
    """The coding of the clinical focus (http://terminology.hl7.org/CodeSystem/usage-context-type)."""
    codings = [
        coding
        for use in root.objects("useContext")
        if use.inside("code").text("code", absent="") == "focus"
        for coding in use.inside("valueCodeableConcept").objects("coding")
    ]
    if len(codings) != 1:
        raise root.fail(
            "must name what all its codes mean: one entry with code `focus` and one coding in its "
            "valueCodeableConcept",
            "useContext",
        )
    return codings[0]


def _members(root: Node) -> Iterator[tuple[Node, str]]:
    """Each code with its system: those of the expansion, where there is one."""
    if root.has("expansion"):
        expansion = root.inside("expansion")
        yield from _expanded(expansion)
        return
    compose = root.inside("compose")
    compose.refuse(["exclude"], "is not understood; name the codes that count, or expand the value set")
    for include in compose.objects("include"):
        include.refuse(["filter", "valueSet"], "is not understood; expand the value set, or name its codes")
        system, named = include.text("system"), include.objects("concept")
        if not named:
            raise include.fail("is missing: a whole system never counts; name the codes", "concept")
        yield from ((each, system) for each in named)


def _expanded(part: Node) -> Iterator[tuple[Node, str]]:
    contains = part.objects("contains")
    total = part.value.get("total")
    if isinstance(total, int) and part.place == "expansion" and total != _count(contains):
        raise part.fail(f"says {total}, and {_count(contains)} codes are there; expand it whole", "total")
    for each in contains:
        if each.has("code") and each.value.get("abstract") is not True:
            yield each, each.text("system")
        yield from _expanded(each)


def _count(contains: list[Node]) -> int:
    return sum(each.has("code") + _count(each.objects("contains")) for each in contains)
