"""Where each statement of the content is explained: paths below the service's base address, which never change.

Cards and other people's systems link here, so a path is made of ids of the content alone.
"""

from __future__ import annotations

from cards.knowledge import Knowledge

INDEX = "/explanations/"
RED_FLAGS = "/explanations/red-flags"
CAUSES = "/explanations/causes"
FEATURES = "/explanations/features"
PATTERNS = "/explanations/patterns"
SOURCES = "/explanations/sources"
CONTENT = "/explanations/content"


def red_flag(identity: str) -> str:
    return f"{RED_FLAGS}/{identity}"


def cause(identity: str) -> str:
    return f"{CAUSES}/{identity}"


def group(name: str) -> str:
    """The page of the features that stand in one file of the content."""
    return f"{FEATURES}/{name}"


def feature(identity: str, knowledge: Knowledge) -> str:
    """Of a feature that a record answers, or of a pattern. Raises `KeyError` when there is neither."""
    if identity in knowledge.derived:
        return f"{PATTERNS}#{identity}"
    return f"{group(knowledge.features[identity].group)}#{identity}"


def source(identity: str) -> str:
    return f"{SOURCES}#{identity}"
