"""The steps of the Dockerfile, run in an empty folder that stands for `/`; see by_hand.py."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

TOP = Path(__file__).resolve().parents[2]
OWN_FOLDERS = ("/build", "/opt/leg-weakness-cds")
"""The absolute paths in the Dockerfile that are made by it; in RUN lines they are moved below the folder."""


class StepFailed(Exception):
    """A step did not do what the image needs; the text says which, and what it wrote."""


@dataclass
class Image:
    """What the Dockerfile has said so far; `root` is the folder that stands for `/`."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0:0"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health_check: list[str] = field(default_factory=list)

    def at(self, path: str) -> Path:
        return self.root / os.path.normpath("/" + self.workdir + "/" + path).lstrip("/")

    def moved(self, text: str) -> str:
        for folder in OWN_FOLDERS:
            text = re.sub(rf"(?<![\w./]){folder}(?![\w-])", f"{self.root}{folder}", text)
        return text


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Each instruction with its argument; comments left out, continued lines joined."""
    lines = [line for line in dockerfile.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, argument = line.partition(" ")
        yield word.upper(), argument.strip()


def build(image: Image, dockerfile: str) -> None:
    for word, argument in instructions(dockerfile):
        match word:
            case "FROM":
                image.environment, image.workdir, image.user = {}, "/", "0:0"
            case "ENV":
                image.environment |= dict(pair.split("=", 1) for pair in shlex.split(argument))
            case "WORKDIR":
                image.workdir = argument
                image.at(".").mkdir(parents=True, exist_ok=True)
            case "USER":
                image.user = argument
            case "ENTRYPOINT":
                image.entrypoint = json.loads(argument)
            case "CMD":
                image.command = json.loads(argument)
            case "HEALTHCHECK":
                image.health_check = json.loads(argument.partition("CMD ")[2])
            case "COPY":
                copy(image, argument.split())
            case "RUN":
                run(image, re.sub(r"--mount=\S+\s+", "", argument))
            case "ARG" | "EXPOSE" | "STOPSIGNAL":
                pass
            case _:
                raise StepFailed(f"{word} is not known here: teach tests/container/by_hand.py what it does")


def copy(image: Image, words: list[str]) -> None:
    click.echo(f"   COPY {' '.join(words)}")
    if words[0].startswith("--from="):
        _, source, target = words
        if source != target:
            raise StepFailed(
                f"COPY {source} {target}: an environment cannot be moved, its scripts name its place"
            )
        if not image.at(source).is_dir():
            raise StepFailed(f"COPY: {source} was not made")
        # The rest of the first stage is not in the image, so it must not be there to lean on.
        shutil.rmtree(image.root / "build")
        return
    admitted = {line[1:] for line in (TOP / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    *sources, target = words
    for source in sources:
        if source not in admitted:
            raise StepFailed(f"COPY {source}: .dockerignore keeps it from the builder")
        if (TOP / source).is_dir():
            shutil.copytree(TOP / source, image.at(target), ignore=shutil.ignore_patterns("__pycache__"))
        else:
            if target.endswith("/"):
                image.at(target).mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / source, image.at(target))


def run(image: Image, command: str) -> None:
    click.echo(f"   RUN {command}")
    done = subprocess.run(
        ["sh", "-e", "-c", image.moved(command)],
        cwd=image.at("."),
        # pip's settings of the machine (its own package index) come in here as the build secret would.
        env={**os.environ, **image.environment, "PATH": path(image), "PIP_QUIET": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StepFailed(f"RUN ended with {done.returncode}\n{without_addresses(done.stdout + done.stderr)}")


def path(image: Image) -> str:
    """`root`/base is an environment of its own and stands for the base image's Python."""
    below = f"{image.root}/base/bin:/usr/bin:/bin"
    return image.moved(image.environment.get("PATH", "$PATH")).replace("$PATH", below)


def without_addresses(text: str) -> str:
    return re.sub(r"[A-Za-z+]+://\S+", "(address)", text)
