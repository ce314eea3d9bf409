"""Why a part of the record could not be fetched: a stable code, what a card says of it, what an error says.

No reason carries an address, an id, a token or a word of an answer: the codes go into logs, and both
sentences to whoever called.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """The codes of docs/fetching.md; they never change their meaning."""

    # Nothing was asked.
    NO_SERVER = "no-server"
    NOT_REGISTERED = "not-registered"
    NO_TOKEN = "no-token"  # noqa: S105  (a code, no secret)
    TOKEN_UNUSABLE = "token-unusable"  # noqa: S105  (a code, no secret)
    TOKEN_OF_ANOTHER_PATIENT = "token-of-another-patient"  # noqa: S105  (a code, no secret)
    NOT_COVERED = "not-covered"
    BUSY = "busy"
    # The server could not be asked.
    NO_CONNECTION = "no-connection"
    PRIVATE_ADDRESS = "private-address"
    TLS = "tls"
    # The server said no.
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    REFUSED = "refused"
    TOO_MANY_REQUESTS = "too-many-requests"
    SERVER_ERROR = "server-error"
    REDIRECT = "redirect"
    # The answer was not whole.
    TIMEOUT = "timeout"
    CUT = "cut"
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    PAGES_IN_A_CIRCLE = "pages-in-a-circle"
    NEXT_ELSEWHERE = "next-elsewhere"
    FEWER_THAN_TOTAL = "fewer-than-total"
    # The answer was none.
    NOT_FHIR = "not-fhir"
    OUTCOME = "outcome"
    WRONG_TYPE = "wrong-type"


class Words(NamedTuple):
    """What is said of one reason."""

    card: str
    """For a clinician; of what was not asked for, behind what the prefetch said of it."""
    error: str
    """For whoever connects the EHR, in the refusal of a call for which nothing clinical came."""


WORDS: Mapping[Reason, Words] = {
    Reason.NO_SERVER: Words("no server to ask came with the call", "the call names no fhirServer"),
    Reason.NOT_REGISTERED: Words(
        "its server is not registered here",
        "the fhirServer of the call is none of the registered fhir_servers",
    ),
    Reason.NO_TOKEN: Words(
        "no access to its server came with the call",
        "the call brought no fhirAuthorization, and open_fhir_server is not set",
    ),
    Reason.TOKEN_UNUSABLE: Words(
        "the access to its server was not usable",
        "fhirAuthorization is not usable (token_type Bearer, access_token, expires_in)",
    ),
    Reason.TOKEN_OF_ANOTHER_PATIENT: Words(
        "the access to its server was for another patient",
        "fhirAuthorization.patient is not context.patientId",
    ),
    Reason.NOT_COVERED: Words(
        "the access that came with the call does not cover it", "the token's scope does not cover it"
    ),
    Reason.BUSY: Words(
        "not fetched, as too many calls were waiting",
        "too many calls were waiting for FHIR servers",
    ),
    Reason.NO_CONNECTION: Words("the EHR's server could not be reached", "the FHIR server was not reached"),
    Reason.PRIVATE_ADDRESS: Words(
        "the EHR's server could not be reached",
        "the FHIR server's name leads to a private address (private_network)",
    ),
    Reason.TLS: Words(
        "no secure connection to the EHR's server", "no TLS connection to the FHIR server (ca_file)"
    ),
    Reason.UNAUTHORISED: Words(
        "the EHR's server did not accept the access", "the FHIR server refused the token (401)"
    ),
    Reason.FORBIDDEN: Words(
        "the EHR's server denied access; the record may be restricted",
        "the FHIR server denied access (403): scopes, or a restricted patient",
    ),
    Reason.NOT_FOUND: Words("the EHR's server does not have it", "the FHIR server does not have it (404)"),
    Reason.REFUSED: Words(
        "the EHR's server refused the search", "the FHIR server refused the search (4xx; query_profile)"
    ),
    Reason.TOO_MANY_REQUESTS: Words(
        "the EHR's server was too busy", "the FHIR server had too many requests (429)"
    ),
    Reason.SERVER_ERROR: Words("the EHR's server failed", "the FHIR server failed (5xx)"),
    Reason.REDIRECT: Words(
        "the EHR's server did not answer the search", "the FHIR server redirects (3xx), which is not followed"
    ),
    Reason.TIMEOUT: Words("the EHR's server did not answer in time", "time_budget ended before the answer"),
    Reason.CUT: Words("the answer of the EHR's server broke off", "the answer of the FHIR server broke off"),
    Reason.TOO_LARGE: Words(
        "there is more than can be fetched in one call",
        "an answer was too large (max_answer_bytes, max_fetch_bytes)",
    ),
    Reason.TOO_MANY_PAGES: Words(
        "there is more than can be fetched in one call", "there were more pages than max_pages"
    ),
    Reason.PAGES_IN_A_CIRCLE: Words("its pages lead in a circle", "a next link led to a page seen before"),
    Reason.NEXT_ELSEWHERE: Words(
        "the next page was not offered at the EHR's server",
        "a next link led away from the registered server",
    ),
    Reason.FEWER_THAN_TOTAL: Words(
        "fewer came than the EHR's server has", "fewer resources came than Bundle.total says"
    ),
    Reason.NOT_FHIR: Words(
        "the answer of the EHR's server was not understood",
        "the FHIR server answered something that is no FHIR",
    ),
    Reason.OUTCOME: Words(
        "the EHR's server could not give it", "the FHIR server answered with an OperationOutcome"
    ),
    Reason.WRONG_TYPE: Words(
        "the EHR's server answered with something else", "the FHIR server answered with another resource type"
    ),
}

NOT_ASKED = frozenset(
    {
        Reason.NO_SERVER,
        Reason.NOT_REGISTERED,
        Reason.NO_TOKEN,
        Reason.TOKEN_UNUSABLE,
        Reason.TOKEN_OF_ANOTHER_PATIENT,
        Reason.NOT_COVERED,
        Reason.BUSY,
    }
)
"""Why nothing was asked of the server, so that what the prefetch said still stands."""
