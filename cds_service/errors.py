"""Every way in which a call is refused: a stable code, an HTTP status, and a sentence that says what to do.

The sentences go to whoever called: they repeat nothing of the body but member names of CDS Hooks.
"""

from __future__ import annotations

from typing import Any, ClassVar

CODE_SYSTEM = "urn:x-leg-weakness-cds:error"


class ServiceError(Exception):
    """A refusal that whoever called can do something about."""

    code: ClassVar[str]
    status: ClassVar[int]
    issue: ClassVar[str]
    """The code of FHIR's IssueType value set."""
    retry_seconds: int | None = None
    """After which the same call may be sent again; None where that would not help, or as usual for a 503."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def outcome(self) -> dict[str, Any]:
        """The FHIR OperationOutcome that the caller gets."""
        details = {"coding": [{"system": CODE_SYSTEM, "code": self.code}]}
        issue = {"severity": "error", "code": self.issue, "details": details, "diagnostics": self.sentence}
        return {"resourceType": "OperationOutcome", "issue": [issue]}


class NotJson(ServiceError):
    """The body is not one JSON document."""

    code, status, issue = "not-json", 400, "structure"


class NestedTooDeep(ServiceError):
    """The body nests arrays or objects deeper than any FHIR resource does."""

    code, status, issue = "nested-too-deep", 400, "structure"


class DuplicateMember(ServiceError):
    """The call, its context or its prefetch names a member twice, so nobody can say which one is meant."""

    code, status, issue = "duplicate-member", 400, "structure"


class NotAHookCall(ServiceError):
    """A member of the call is missing, or is not what CDS Hooks says."""

    code, status, issue = "not-a-hook-call", 400, "invalid"


class WrongHook(ServiceError):
    """The call is for a hook that the service does not offer."""

    code, status, issue = "wrong-hook", 400, "not-supported"


class BadRequest(ServiceError):
    """The HTTP request itself could not be read."""

    code, status, issue = "bad-request", 400, "invalid"


class SearchRefused(ServiceError):
    """The demo server does not know this search, and would otherwise answer another one."""

    code, status, issue = "search-refused", 400, "not-supported"


class NotTrusted(ServiceError):
    """Nothing shows who is calling."""

    code, status, issue = "not-trusted", 401, "login"

    def __init__(self, sentence: str, reason: str, client: str | None) -> None:
        """`reason`: the code of docs/tokens.md, `client`: the registered name; for the log alone."""
        super().__init__(sentence)
        self.reason = reason
        self.client = client


class ForeignRequest(ServiceError):
    """A page of the test bench was asked for by another site, or under a name that is not this machine's."""

    code, status, issue = "foreign-request", 403, "forbidden"


class NotFound(ServiceError):
    """Nothing lives at this address."""

    code, status, issue = "not-found", 404, "not-found"


class WrongMethod(ServiceError):
    """The address does not take this method."""

    code, status, issue = "wrong-method", 405, "not-supported"


class RecordUnavailable(ServiceError):
    """Neither the prefetch nor the FHIR server gave what an assessment needs."""

    code, status, issue = "record-unavailable", 412, "incomplete"


class TooLarge(ServiceError):
    """The body is larger than `max_body_bytes`."""

    code, status, issue = "too-large", 413, "too-long"


class WrongMediaType(ServiceError):
    """The body is not sent as plain JSON in UTF-8."""

    code, status, issue = "wrong-media-type", 415, "not-supported"


class RateLimited(ServiceError):
    """One caller sends far more than any hospital does."""

    code, status, issue = "rate-limited", 429, "throttled"

    def __init__(self, sentence: str, retry_seconds: int) -> None:
        super().__init__(sentence)
        self.retry_seconds = retry_seconds


class NotFeedback(ServiceError):
    """The feedback, or an item of it, is not what CDS Hooks says."""

    code, status, issue = "not-feedback", 400, "invalid"


class FeedbackNotStored(ServiceError):
    """The journal could not be written, so the feedback would be lost."""

    code, status, issue = "feedback-not-stored", 503, "transient"


class Overloaded(ServiceError):
    """One call more could cost the worker, and with it all calls that it answers, its memory."""

    code, status, issue = "overloaded", 503, "throttled"
    retry_seconds = 2


class KeysUnavailable(ServiceError):
    """The keys of a registered EHR cannot be had, so its tokens cannot be verified."""

    code, status, issue = "keys-unavailable", 503, "transient"


class ReplayUnchecked(ServiceError):
    """It cannot be told whether a token was used before, and its client asks that it must be."""

    code, status, issue = "replay-unchecked", 503, "transient"


class MetricsUnavailable(ServiceError):
    """The counters of the workers cannot be read."""

    code, status, issue = "metrics-unavailable", 503, "transient"


class InternalError(ServiceError):
    """A defect of the service."""

    code, status, issue = "internal-error", 500, "exception"


class SettingsRefused(ValueError):
    """The settings cannot work, or are not safe; the message names each setting and what to do."""


class SchemaTooNew(SettingsRefused):
    """The journal was written by a newer program, and this one could spoil it."""


class SinkUnavailable(RuntimeError):
    """Nothing can be written now, and later perhaps; the message names the kind of fault, for the log."""


class JournalUnavailable(SinkUnavailable):
    """The database of the journal cannot be reached or written now."""


class AuditUnavailable(SinkUnavailable):
    """The sink of the audit cannot be reached or written now."""


class EntryNotTaken(AuditUnavailable):
    """The sink is there and answers with a failure, which may be the event's or the sink's own."""


class EntryRefused(RuntimeError):
    """What it is written to is there and refuses it; trying again would not help."""


def too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The body is larger than {limit} bytes. Send fewer resources or items (see max_body_bytes)."
    )


def for_status(status: int, *, max_body_bytes: int) -> ServiceError:
    """The error to answer with where the web framework refused the request by itself."""
    known: dict[int, ServiceError] = {
        404: NotFound(
            "There is nothing at this address. Discovery is GET /cds-services; the service is "
            "POST /cds-services/leg-weakness."
        ),
        405: WrongMethod("This address does not take this method; the Allow header names those it takes."),
        413: too_large(max_body_bytes),
    }
    if status in known:
        return known[status]
    if status < 500:
        return BadRequest(
            "The HTTP request could not be read. Send the whole body, with its length or chunked."
        )
    return InternalError("The service failed. Its log has an entry with the id in the X-Request-Id header.")
