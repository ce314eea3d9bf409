"""The rules of the house as functions of a source tree: each returns what breaks it, as `file:line: what`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

WEB = {"flask", "flask_cors", "werkzeug"}
# shield.py stands before every page: limits, headers, the body's way in.
WEB_PLACES = ("cds_service/app.py", "cds_service/pages/", "cds_service/shield.py")

OUTGOING = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "ssl"}
OUTGOING |= {"urllib.request", "urllib3", "xmlrpc"}
# bench/calls.py, in development only, calls this very service as an EHR does: its own address and no other.
OUTGOING_PLACES = ("cds_service/fhir.py", "cds_service/check_registration.py", "cds_service/bench/calls.py")

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
ENVIRONMENT_PLACES = ("cds_service/settings.py",)

CLOCKLESS_PLACES = ("cards/", "cds_service/evidence")
CLOCK_READINGS = {"now", "utcnow", "today"}


@dataclass(frozen=True, slots=True)
class Module:
    """One source file, parsed; `name` is its path from the top of the tree, with slashes."""

    name: str
    code: ast.Module

    def within(self, places: tuple[str, ...]) -> bool:
        return self.name.startswith(places)

    def at(self, node: ast.stmt | ast.expr | ast.excepthandler, what: str) -> str:
        return f"{self.name}:{node.lineno}: {what}"


def modules(tree: Path, *packages: str) -> Iterator[Module]:
    for package in packages:
        for file in sorted((tree / package).rglob("*.py")):
            yield Module(file.relative_to(tree).as_posix(), ast.parse(file.read_text(encoding="utf-8")))


def imports(module: Module) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Every module that is imported, by its full name, wherever the statement stands.

    `from a import b` gives `a.b`, as b may be a module. An import by a computed name gives "?".
    """
    for node in ast.walk(module.code):
        match node:
            case ast.Import(names=names):
                yield from ((node, name.name) for name in names)
            case ast.ImportFrom(module=source, names=names, level=level):
                here = module.name.split("/")[:-level] if level else []
                base = ".".join([*here, *([source] if source else [])])
                yield from ((node, f"{base}.{name.name}") for name in names)
            case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"), args=args):
                match args:
                    case [ast.Constant(value=str(name)), *_]:
                        yield node, name
                    case _:
                        yield node, "?"


def _is_one_of(name: str, those: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in those)


def cards_stand_alone(tree: Path) -> list[str]:
    """`cards` imports the standard library and itself; so it cannot import `cds_service` either."""
    allowed = {*sys.stdlib_module_names, "cards"}
    return [
        module.at(node, f"cards imports {name}")
        for module in modules(tree, "cards")
        for node, name in imports(module)
        if name.partition(".")[0] not in allowed
    ]


def web_framework_at_the_edge(tree: Path) -> list[str]:
    return _imports_elsewhere(tree, WEB, WEB_PLACES)


def outgoing_calls_in_their_places(tree: Path) -> list[str]:
    return _imports_elsewhere(tree, OUTGOING, OUTGOING_PLACES)


def _imports_elsewhere(tree: Path, names: set[str], places: tuple[str, ...]) -> list[str]:
    return [
        module.at(node, f"imports {name}; only {', '.join(places)} may")
        for module in modules(tree, "cards", "cds_service")
        if not module.within(places)
        for node, name in imports(module)
        if _is_one_of(name, names)
    ]


def environment_in_settings_only(tree: Path) -> list[str]:
    broken = []
    for module in modules(tree, "cards", "cds_service"):
        if module.within(ENVIRONMENT_PLACES):
            continue
        for node in ast.walk(module.code):
            match node:
                case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in ENVIRONMENT:
                    broken.append(module.at(node, f"os.{name}"))
                case ast.ImportFrom(module="os", names=names) if {n.name for n in names} & ENVIRONMENT:
                    broken.append(module.at(node, "the environment, from os"))
                case ast.Import(names=names) if any(n.name == "os" and n.asname for n in names):
                    broken.append(module.at(node, "os under another name hides the environment"))
    return broken


def no_wall_clock_in_the_core(tree: Path) -> list[str]:
    """No `datetime.now` and its kin, and no `time` module at all, where `as_of` is an argument."""
    broken = []
    for module in modules(tree, "cards", "cds_service"):
        if not module.within(CLOCKLESS_PLACES):
            continue
        broken += [
            module.at(node, f"reads the clock: .{node.attr}")
            for node in ast.walk(module.code)
            if isinstance(node, ast.Attribute) and node.attr in CLOCK_READINGS
        ]
        broken += [
            module.at(node, "imports the time module")
            for node, name in imports(module)
            if _is_one_of(name, {"time"})
        ]
    return broken


def broad_handlers(tree: Path) -> list[str]:
    """The files with a handler for anything at all, once for each handler."""
    return [
        module.name
        for module in modules(tree, "cards", "cds_service")
        for node in ast.walk(module.code)
        if _catches_anything(node)
    ]


def _catches_anything(node: ast.AST) -> bool:
    match node:
        case ast.ExceptHandler(type=None):
            return True
        case ast.ExceptHandler(type=ast.Tuple(elts=caught)):
            return any(_is_broad(each) for each in caught)
        case ast.ExceptHandler(type=caught):
            return _is_broad(caught)
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=caught):
            return any(_is_broad(each) for each in caught)
    return False


def _is_broad(node: ast.expr | None) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in {"Exception", "BaseException", "ExceptionGroup", "BaseExceptionGroup"}


RULES: tuple[Callable[[Path], list[str]], ...] = (
    cards_stand_alone,
    web_framework_at_the_edge,
    outgoing_calls_in_their_places,
    environment_in_settings_only,
    no_wall_clock_in_the_core,
)
