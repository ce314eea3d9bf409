"""Goes through the steps of the Dockerfile without Docker, then starts what they made.

The result is made read-only and started as the Dockerfile says: its ENV, its USER, its ENTRYPOINT. Asked
then: is it refused without a registered client, does discovery answer an EHR with a token and nobody else,
does the HEALTHCHECK agree, does SIGTERM end it. What only a container can show is left out: the base image,
and seccomp and the like.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

import click
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.container.dockerfile import TOP, Image, StepFailed, build, instructions, path

SITE_FILE = """\
profile = "production"
public_base_url = "https://cds.hospital.example"

[[clients]]
name = "main-ehr"
issuer = "https://ehr.hospital.example/fhir"
jwks_file = "{keys}"
fhir_servers = ["https://ehr.hospital.example/fhir"]
"""

READ_ONLY_EVERYWHERE = """
awk '$2 !~ "^/(proc|sys|dev)" {print $2}' /proc/self/mounts | while read -r place; do
    mount -o remount,bind,ro "$place" || exit 1
done
exec "$@"
"""


def as_user(user: str) -> list[str]:
    """The command prefix that drops to `user` without capabilities; empty when we are not root."""
    if os.getuid() != 0:
        return []
    uid, gid = user.split(":")
    return [
        "setpriv",
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        "--no-new-privs",
        "--bounding-set=-all",
    ]


def read_only() -> list[str]:
    """The prefix that makes every file system read-only for the process, where the machine lets us."""
    if os.getuid() != 0 or not shutil.which("unshare"):
        return []
    prefix = ["unshare", "--mount", "--propagation=private", "sh", "-c", READ_ONLY_EVERYWHERE, "sh"]
    return (
        prefix if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0 else []
    )


def python_for(user: str) -> str:
    """A Python that `user` may run: one below a private home folder will not do."""
    names = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")
    suitable = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))"
    for folder in os.get_exec_path():
        if Path(folder).resolve().is_relative_to(Path(sys.prefix).resolve()):
            continue
        for name in names:
            found = Path(folder) / name
            asked = [*as_user(user), str(found), "-c", suitable]
            if (
                found.exists()
                and subprocess.run(asked, capture_output=True, check=False, cwd="/").returncode == 0
            ):
                return str(found)
    raise StepFailed(f"no Python 3.11 or later that user {user} may run was found in PATH")


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder that every user may enter, gone afterwards although it was made read-only."""
    made = Path(tempfile.mkdtemp(prefix="dockerfile-by-hand-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        for below, _, _ in os.walk(made):
            Path(below).chmod(0o755)
        shutil.rmtree(made)


def forbid_writing(root: Path) -> None:
    for below, _, files in os.walk(root):
        for each in [Path(below), *(Path(below) / name for name in files)]:
            if not each.is_symlink():
                each.chmod(stat.S_IMODE(each.stat().st_mode) & ~0o222 | 0o444)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Ehr:
    """The registered EHR: its public key, and its tokens."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP384R1())

    def keys(self) -> str:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return json.dumps({"keys": [public | {"kid": "by-hand"}]})

    def token(self, path: str) -> str:
        now = int(time.time())
        claims = {
            "iss": "https://ehr.hospital.example/fhir",
            "aud": f"https://cds.hospital.example{path}",
            "iat": now,
            "exp": now + 300,
            "jti": str(uuid4()),
        }
        return jwt.encode(claims, self._key, "ES384", headers={"kid": "by-hand"})


def refuses_strangers(url: str) -> None:
    try:
        build_opener(ProxyHandler({})).open(url, timeout=5).close()
    except HTTPError as refused:
        if refused.code == 401:
            click.echo("   refuses whoever brings no token: 401")
            return
    raise StepFailed("discovery did not refuse a call without a token with 401")


def answers(url: str | Request, process: subprocess.Popen[str], within: float = 60) -> bytes:
    ask = build_opener(ProxyHandler({}))
    end = time.monotonic() + within
    while time.monotonic() < end:
        if process.poll() is not None:
            raise StepFailed(f"the service ended with {process.returncode} instead of answering")
        try:
            with ask.open(url, timeout=5) as response:
                body: bytes = response.read()
                return body
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise StepFailed(f"no answer within {within:.0f} s")


def refuses_without_a_client(start: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            start, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        raise StepFailed("it started although no client is registered") from None
    if done.returncode == 0 or "Traceback" in done.stderr:
        raise StepFailed(f"started without a client, or with a stack trace: {done.returncode}\n{done.stderr}")
    click.echo(f"   refused without a registered client: exit {done.returncode}")


def serves(
    image: Image, start: list[str], environment: dict[str, str], port: int, *, log: Path, ehr: Ehr
) -> None:
    base = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            start,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        answers(f"{base}/healthz", process)
        refuses_strangers(f"{base}/cds-services")
        trusted = {"Authorization": f"Bearer {ehr.token('/cds-services')}"}
        services = json.loads(answers(Request(f"{base}/cds-services", headers=trusted), process))["services"]
        if not services:
            raise StepFailed("discovery names no service")
        click.echo(f"   discovery answers: {', '.join(service['id'] for service in services)}")

        uid = Path(f"/proc/{process.pid}").stat().st_uid if Path("/proc/self").exists() else os.getuid()
        if uid == 0:
            raise StepFailed("it runs as root")
        health = [*as_user(image.user), *image.health_check]
        if subprocess.run(health, env=environment, cwd="/", check=False, timeout=30).returncode:
            raise StepFailed("the HEALTHCHECK says unhealthy")
        click.echo(f"   healthy, as uid {uid}")

        process.send_signal(signal.SIGTERM)
        try:
            ended = process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            raise StepFailed("SIGTERM did not end it within 20 s") from None
        if ended not in (0, -signal.SIGTERM, 128 + signal.SIGTERM):
            raise StepFailed(f"SIGTERM ended it with {ended}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise StepFailed("SIGTERM left a process behind that still answers")
        click.echo(f"   ended on SIGTERM: exit {ended}")
    except StepFailed as problem:
        raise StepFailed(f"{problem}\n{log.read_text()[-6000:]}") from problem
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def main() -> None:
    dockerfile = (TOP / "Dockerfile").read_text()
    user = next(argument for word, argument in instructions(dockerfile) if word == "USER")
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", user):
        raise StepFailed(f"USER {user}: must be numeric and not root, or an orchestrator cannot check it")
    with folder() as root, tempfile.TemporaryDirectory() as logs:
        subprocess.run([python_for(user), "-m", "venv", str(root / "base")], check=True)
        image = Image(root)
        build(image, dockerfile)
        site_file = root / "etc/leg-weakness-cds.toml"
        site_file.parent.mkdir()
        ehr, keys = Ehr(), root / "etc/ehr-keys.json"
        keys.write_text(ehr.keys())
        site_file.write_text(SITE_FILE.format(keys=keys))
        forbid_writing(root)

        port = free_port()
        environment = {name: image.moved(value) for name, value in image.environment.items()}
        environment |= {"PATH": path(image), "LEG_WEAKNESS_CDS_PORT": str(port)}
        sealed = read_only()
        click.echo(f"   every file system read-only: {'yes' if sealed else 'no, only what was installed'}")
        start = [*sealed, *as_user(image.user), *image.entrypoint, *image.command]
        refuses_without_a_client(start, environment)
        serves(
            image, [*start, "--config", str(site_file)], environment, port, log=Path(logs) / "log", ehr=ehr
        )


if __name__ == "__main__":
    try:
        main()
    except StepFailed as problem:
        click.echo(f"Dockerfile by hand: {problem}", err=True)
        sys.exit(1)
