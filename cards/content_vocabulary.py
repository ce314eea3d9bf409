"""Reads what the content speaks of: sources, code systems, codes, concepts, features and units."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from cards import content_keys
from cards.codes import Code, Codes
from cards.content_files import Folder, Table, by_id
from cards.knowledge_types import Concept, Derived, Feature, SourceText, Unit

CODE_COLUMNS = (
    *("concept", "system", "code", "match", "suffix", "verified", "needs", "not_when"),
    *("fifth_not", "fifth_only", "display", "seen_in", "note"),
)
UNIT_COLUMNS = ("feature", "unit", "factor", "offset", "note")


def read_sources(table: Table) -> Mapping[str, SourceText]:
    return by_id([(part, part.key, _source(part)) for part in table.parts()])


def read_concepts(files: Folder) -> Mapping[str, Concept]:
    return by_id([(part, part.key, _concept(part)) for part in files.parts_below("concepts")])


def read_features(files: Folder) -> Mapping[str, Feature]:
    return by_id([(part, part.key, _feature(part)) for part in files.parts_below("features")])


def read_derived(table: Table) -> Mapping[str, Derived]:
    return by_id([(part, part.key, _derived(part)) for part in table.parts()])


def read_codes(files: Folder) -> Codes:
    return Codes(_code(row) for row in files.rows("codes.csv", CODE_COLUMNS))


def read_systems(table: Table) -> tuple[Mapping[str, str], Mapping[str, str]]:
    systems: dict[str, str] = {}
    urls: dict[str, str] = {}
    for part in table.parts():
        urls[part.key] = part.text("url")
        for name in (urls[part.key], *part.texts("aliases")):
            if name in systems:
                raise part.fail("aliases", f"{name!r} is the name of {systems[name]} already")
            systems[name] = part.key
        part.done()
    return MappingProxyType(systems), MappingProxyType(urls)


def _source(table: Table) -> SourceText:
    source = SourceText(table.key, table.text("title"), table.text("short"), table.text("seen"))
    table.done()
    return source


def _concept(table: Table) -> Concept:
    concept = Concept(
        id=table.key,
        label=table.text("label"),
        phrases=table.texts("phrases", absent=()),
        guards=table.texts("guards", absent=()),
        other_terms=table.texts("other_terms", absent=()),
        reads=table.choice("reads", ("entry", "report"), absent="entry"),
        about=table.choice("about", ("leg",), absent=""),
        with_leg=table.text("with_leg", absent=""),
    )
    table.done()
    return concept


def _feature(table: Table) -> Feature:
    feature = Feature(
        id=table.key,
        group=Path(table.file).stem,
        label=table.text("label"),
        phrase=table.text("phrase"),
        ask=table.text("ask", absent=""),
        definition=table.text("definition"),
        shape=table.choice("shape", content_keys.SHAPES),
        concepts=table.texts("concepts", absent=()),
        window_days=table.days("window_days"),
        tier=table.choice("tier", ("A", "B", "C"), absent=""),
        new_only=table.choice("new_only", ("dated", "first"), absent=""),
        unit=table.text("unit", absent=""),
        historical_ok=table.flag("historical_ok"),
        sided=table.flag("sided"),
        values=table.texts("values", absent=()),
        window_by_value=table.numbers("window_by_value"),
        cancelled_by=table.texts("cancelled_by", absent=()),
        or_when=table.condition_if_any("or_when"),
        derive=table.choice("derive", content_keys.DERIVATIONS, absent=""),
        options=MappingProxyType(
            {key: read(table, key) for key, read in content_keys.OPTIONS.items() if table.has(key)}
        ),
        sources=table.texts("sources"),
    )
    table.done()
    content_keys.check_shape(feature, table)
    return feature


def _derived(table: Table) -> Derived:
    derived = Derived(
        table.key, table.text("label"), table.text("phrase"), table.condition("when"), table.text("source")
    )
    table.done()
    return derived


def _code(row: Table) -> Code:
    def cell(column: str) -> str:
        return str(row.take(column, "a text", lambda value: isinstance(value, str)))

    def words(column: str) -> tuple[str, ...]:
        text = cell(column)
        found = tuple(word.strip() for word in text.split("|")) if text else ()
        if not all(found):
            raise row.fail(column, f"an empty word in {text!r}")
        return found

    cell("seen_in")  # for the reader of the table
    code = Code(
        concept=row.text("concept"),
        system=row.text("system"),
        code=row.text("code"),
        match=row.choice("match", content_keys.MATCHES),
        suffix=cell("suffix"),
        verified=row.choice("verified", ("yes", "no")) == "yes",
        needs=words("needs"),
        not_when=words("not_when"),
        fifth_not=cell("fifth_not"),
        fifth_only=cell("fifth_only"),
        display=row.text("display"),
        note=cell("note"),
    )
    row.done()
    if bool(code.suffix) != (code.match == "prefix_suffix"):
        raise row.fail("suffix", "stands with match prefix_suffix, and only there")
    if (code.match == "range") != bool(content_keys.RANGE.fullmatch(code.code)):
        raise row.fail("code", "a range is written C00-C43, and only a range is")
    return code


def read_units(files: Folder) -> Mapping[str, tuple[Unit, ...]]:
    units: dict[str, list[Unit]] = {}
    for row in files.rows("units.csv", UNIT_COLUMNS):
        unit = Unit(row.text("feature"), row.text("unit"), row.decimal("factor"), row.decimal("offset"))
        note = row.take("note", "a text", lambda value: isinstance(value, str))
        row.done()
        of_feature = units.setdefault(unit.feature, [])
        if unit.unit in [other.unit for other in of_feature]:
            raise row.fail("unit", f"{unit.unit} stands twice for {unit.feature}")
        if (note == "canonical") != (not of_feature):
            raise row.fail("note", f"the first unit of {unit.feature} is marked canonical, and only that one")
        if note == "canonical" and (unit.factor, unit.offset) != (1.0, 0.0):
            raise row.fail("factor", "the canonical unit has factor 1 and offset 0")
        if unit.factor <= 0:
            raise row.fail("factor", "must be above 0")
        of_feature.append(unit)
    return MappingProxyType({feature: tuple(of_feature) for feature, of_feature in units.items()})
