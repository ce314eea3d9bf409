"""What an answer that nobody wanted most likely means, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from cds_service.check_registration import Reply
from cds_service.site.visit import code_of, request_id

_BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("was not understood on the way (400).", "Look at what the proxy makes of the call."),
    403: (
        "was refused by something in front of the service (403).",
        "The proxy's list of addresses, or its client certificates; the service never answers so here.",
    ),
    404: (
        "found nothing at this address (404).",
        "Compare the path with public_base_url, and what the proxy lets through (docs/deployment.md).",
    ),
    405: ("was refused for its method (405).", "Let the proxy pass GET, POST and OPTIONS."),
    411: ("was refused for its length (411).", "Let the proxy pass bodies with their Content-Length."),
    413: (
        "was refused as too large (413).",
        "Raise the body limit of the proxy a little above max_body_bytes (nginx: client_max_body_size 33m).",
    ),
    500: (
        "failed in something in front of the service (500).",
        "Look at the proxy's log; nginx fails so where it cannot write to client_body_temp_path.",
    ),
    502: (
        "reached the proxy, and not the service (502).",
        "Does the service run where the proxy looks for it? Its idle time must be above the proxy's.",
    ),
    504: (
        "was given up by the proxy (504).",
        "Its read time-out must be above time_budget (nginx: proxy_read_timeout 35s).",
    ),
}

_BY_CODE: Mapping[str, tuple[str, str]] = {
    "keys-unavailable": (
        "met a service that knows the issuer and cannot have its keys (503).",
        "Look for `keys not read` in its log: jwks_url, firewall, private_network, ca_file.",
    ),
    "replay-unchecked": (
        "met a service whose database does not answer (503).",
        "Look at the database: this client is registered with replay_check = required.",
    ),
    "overloaded": ("met a service without room (503).", "Workers and memory: docs/deployment.md."),
    "rate-limited": ("was one too many (429).", "Wait a minute and check again; look at rate_limit."),
    "record-unavailable": (
        "arrived without its data (412), although they were sent.",
        "Look for a proxy that changes or cuts bodies.",
    ),
    "internal-error": (
        "met a defect of the service (500).",
        "Look up the request id in its log and report it.",
    ),
}


def unexpected(reply: Reply, what: str = "The call") -> tuple[str, str]:
    """Of an answer other than the one that a check is for."""
    status = reply.status
    if code := code_of(reply):
        says, do = _BY_CODE.get(
            code, (f"was refused by the service: {code} ({status}).", "docs/errors.md says what to do.")
        )
        return f"{what} {says}", f"{do} Request id: {request_id(reply)}."
    if 300 <= status < 400:
        return (
            f"{what} was redirected ({status}); EHRs follow no redirect.",
            "Register the final address, with https, and let the proxy answer it without a redirect.",
        )
    if status == HTTPStatus.UNAUTHORIZED:
        return (
            f"{what} was refused with 401 by something in front, which asks for a login of its own.",
            "Let the proxy pass these addresses without a login: the service looks at the tokens itself.",
        )
    if status == HTTPStatus.OK:
        return (
            f"{what} was answered by something else than this service (200, and not its JSON).",
            "A login page, a portal or another service lives here: look at the proxy's routes.",
        )
    if status in _BY_STATUS:
        says, do = _BY_STATUS[status]
        return f"{what} {says}", do
    return f"{what} was answered with {status}.", "Look at the logs of the proxy and of the service."
