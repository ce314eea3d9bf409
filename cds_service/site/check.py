"""The check of a live deployment from outside: which checks there are, and in which order they are made."""

from __future__ import annotations

from cds_service.site import check_afterwards, check_answers, check_line, check_trust
from cds_service.site.visit import Result, Visit

CHECKS = {
    "address": "Address",
    "certificate": "Certificate",
    "connection": "Connection",
    "plain-http": "Nothing without TLS",
    "clock": "Clock",
    "redirect": "No redirect",
    "base-path": "Path and content",
    "no-token": "Call without a token",
    "cors": "Browsers of strangers",
    "buffering": "Half-sent bodies",
    "token": "Call with a good token",
    "discovery": "Discovery",
    "cards": "Critical card",
    "time": "Time",
    "tampered": "Tampered token",
    "expired": "Expired token",
    "wrong-audience": "Token for another service",
    "replayed": "Token used again",
    "without-data": "Call without data",
    "large-chart": "Large call",
    "body-limit": "Call that is too large",
    "feedback": "Feedback",
    "explanations": "Pages behind the cards",
}
"""Each with what it is called in the list."""


def check(visit: Visit) -> list[Result]:
    """Every check once, in the order above."""
    _make(visit)
    told = {each.check: each for each in visit.results}
    before = "Not reached: something above has to be put right first."
    return [told.get(name) or Result(name, "not tried", before) for name in CHECKS]


def _make(visit: Visit) -> None:
    if not check_line.connection(visit):
        return
    check_line.plain_http(visit)
    if not check_line.base_path(visit) or not check_trust.without_token(visit):
        return
    check_line.browsers(visit)
    check_line.buffering(visit)
    reply = check_trust.good_token(visit)
    if reply is None:
        if not visit.can_call:
            check_answers.nothing(visit)
            check_trust.bad_tokens(visit)
        return
    check_answers.discovery(visit)
    if not check_answers.cards(visit, reply):
        return
    check_trust.bad_tokens(visit)
    check_answers.without_data(visit)
    check_answers.large_chart(visit)
    check_answers.body_limit(visit)
    check_afterwards.feedback(visit)
    check_afterwards.explanations(visit)
