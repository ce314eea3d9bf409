"""The public CDS Hooks sandbox: its private key is in its public repository, so anybody can sign as it."""

from __future__ import annotations

from urllib.parse import urlsplit

HOST = "sandbox.cds-hooks.org"


def is_sandbox(address: str) -> bool:
    """Whether the address is one of the sandbox, however it is written."""
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return False
    return host.rstrip(".") == HOST
