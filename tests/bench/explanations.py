"""Charts explained, and their pictures as pages hold them, for the tests of the pictures."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cds_service import fixtures
from cds_service.answer import Desk
from cds_service.explained import Explained, explained
from cds_service.pages import html
from cds_service.settings import Settings
from tests.clinical.bedside import Resource, call_for, now, patient

MOMENT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@cache
def desk() -> Desk:
    return Desk.ready(Settings()).for_whole_charts()


def of_chart(*resources: Resource) -> Explained:
    return explained(json.dumps(call_for(patient(*resources))).encode(), desk(), now())


@cache
def of_fixture(name: str) -> Explained:
    return explained(json.dumps(fixtures.call(name, MOMENT)).encode(), desk(), MOMENT)


@cache
def _templates() -> Environment:
    folder = Path(html.__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


def rendered(template: str, **told: Any) -> str:
    return _templates().get_template(template).render(**told)


def pictures(page: str) -> list[ElementTree.Element]:
    """The wide and the narrow picture of a page, each read as XML."""
    starts = [found.start() for found in re.finditer(r'<svg class="[\w-]+ (wide|narrow)"', page)]
    ends = [found.end() for found in re.finditer(r"^</svg>", page, re.MULTILINE)]
    assert len(starts) == len(ends) == 2
    return [ElementTree.fromstring(page[start:end]) for start, end in zip(starts, ends, strict=True)]
