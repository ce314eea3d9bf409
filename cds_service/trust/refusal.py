"""Why a token was refused: codes for the log of the service, never for whoever sent it."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """The codes of docs/tokens.md; they never change their meaning."""

    # The call brings nothing that could be read as a token.
    NO_TOKEN = "no-token"  # noqa: S105  (a code, no secret)
    NOT_BEARER = "not-bearer"
    TOO_LONG = "too-long"
    MALFORMED = "malformed"
    # Its header.
    TYPE = "type"
    ALGORITHM = "algorithm"
    CRITICAL_HEADER = "critical-header"
    NO_KEY_NAMED = "no-key-named"
    # Who it says that it is from.
    UNKNOWN_ISSUER = "unknown-issuer"
    SANDBOX = "sandbox"
    WRONG_SUBJECT = "wrong-subject"
    WRONG_TENANT = "wrong-tenant"
    WRONG_KEY_ADDRESS = "wrong-key-address"
    # Its signature.
    UNKNOWN_KEY = "unknown-key"
    KEY_NOT_FOR_ALGORITHM = "key-not-for-algorithm"
    SIGNATURE = "signature"
    # Its claims.
    CLAIM_MISSING = "claim-missing"
    CLAIM_MALFORMED = "claim-malformed"
    WRONG_AUDIENCE = "wrong-audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    ISSUED_IN_THE_FUTURE = "issued-in-the-future"
    LIVES_TOO_LONG = "lives-too-long"
    REPLAYED = "replayed"


class Refused(Exception):
    """The token shows nobody; nothing of it is in here but the code."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why
