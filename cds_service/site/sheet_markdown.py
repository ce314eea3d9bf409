"""The registration sheet as Markdown, to be read, printed or put into a ticket."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cds_service.site.sheet import Sheet

_NOT_SET = "not set"


def markdown(sheet: Sheet) -> str:
    parts = (
        _head(sheet),
        _missing(sheet),
        _addresses(sheet),
        _firing(sheet),
        _prefetch(sheet),
        _scopes(sheet),
        _token(sheet),
        _cards(sheet),
        _showing(sheet),
        _times(sheet),
        _facts(sheet),
        _sample(sheet),
    )
    return "\n".join(line for part in parts for line in part)


def _head(sheet: Sheet) -> Iterator[str]:
    yield f"# Registration sheet: leg weakness decision support in {sheet.title}"
    yield ""
    who = f"Client of the settings: `{sheet.client}`." if sheet.client else "No client of the settings yet."
    local = f", codes of the site `{sheet.content['localCodes']}`" if "localCodes" in sheet.content else ""
    yield (
        f"From the settings and content as they are now (content {sheet.content['version']}, "
        f"`{sheet.content['digest']}`{local}). {who}"
    )
    yield ""


def _missing(sheet: Sheet) -> Iterator[str]:
    if not sheet.missing:
        return
    yield "## Still missing in the settings"
    yield ""
    for each in sheet.missing:
        yield f"- {each.what}"
        if each.toml:
            yield from ("", "  ```toml", *(f"  {line}" for line in each.toml.splitlines()), "  ```", "")
    yield ""


def _addresses(sheet: Sheet) -> Iterator[str]:
    yield from _table(
        "Service",
        ("What", "Value"),
        [
            ("Endpoint", _code(sheet.addresses.endpoint)),
            ("Discovery", _code(sheet.addresses.discovery)),
            ("Feedback", _code(sheet.addresses.feedback)),
            ("Hook", f"{_code(sheet.hook)}, CDS Hooks {sheet.cds_hooks}"),
            ("FHIR", sheet.fhir),
            ("Allowed links", f"all begin with {_code(sheet.addresses.links)}; none launches an app"),
            ("Fetched from", ", ".join(map(_code, sheet.fhir_servers)) or "nowhere (`fhir_servers`)"),
            ("Not offered", ", ".join(map(_code, sheet.not_offered)) or "nothing named"),
        ],
    )


def _firing(sheet: Sheet) -> Iterator[str]:
    yield from ("## When the EHR should call", "", sheet.firing.never + " Suggested, any one of:", "")
    yield from (f"- {each}" for each in sheet.firing.criteria)
    yield ""


def _prefetch(sheet: Sheet) -> Iterator[str]:
    rows = [
        (_code(each.key), _code(each.query), "yes" if each.could_hold_red_flag else "")
        for each in sheet.prefetch
    ]
    yield from _table("Prefetch", ("Key", "Query", "May hold a red flag"), rows)
    if not sheet.with_prefetch:
        yield from ("This EHR has no place for it: the service fetches with the same searches.", "")


def _scopes(sheet: Sheet) -> Iterator[str]:
    rows = []
    for each in sheet.scopes:
        kinds = [
            f"{one.name} ({_code(one.key)})" if one.key else f"{one.name} (no key of ours; unverified)"
            for one in each.subtypes
        ]
        rows.append((each.resource, _code(each.v1), _code(each.v2), ", ".join(kinds)))
    headings = ("Resource", "SMART v1", "SMART v2", "Kinds that the EHR names")
    yield from _table("Scopes", headings, rows)
    yield from ("Before each stands `patient/`, `user/` or `system/`, as the EHR does it. Read only.", "")


def _token(sheet: Sheet) -> Iterator[str]:
    if not sheet.token.required:
        told = "None is asked for in the development profile; in production this client is refused."
        yield from ("## Tokens", "", told, "")
        return
    token, ehr = sheet.token, sheet.token.ehr
    known = f"{sheet.sources[ehr.source]}{'; unverified: look at a real token' if ehr.unverified else ''}"
    rows = [
        ("iss", _code(token.issuer), ehr.iss),
        (
            "jku, keys at",
            _code(token.jwks),
            "" if token.jku == token.jwks else f"named as {_code(token.jku)}",
        ),
        ("aud, one of", "<br>".join(map(_code, token.audiences)), ehr.aud),
        ("sub", _code(token.subject), ehr.sub),
        ("tenant", _code(token.tenant), ""),
        ("alg", ", ".join(map(_code, token.algorithms)), ehr.alg),
        ("Life", f"at most {token.longest_life_seconds} s from iat to exp", ehr.life),
        ("Clocks", f"may differ by {token.leeway_seconds} s", ""),
        ("Used again", f"replay_check {_code(token.replay_check)}", ""),
        ("Claims", ", ".join(map(_code, token.claims)), "header: `typ` `JWT`, `alg`, `kid`"),
    ]
    yield from _table("Tokens", ("Claim", "The service expects", f"Said of {sheet.title}"), rows)
    yield from (f"What is said of the EHR: {known}.", "")


def _cards(sheet: Sheet) -> Iterator[str]:
    rows = [(_code(each.code), each.means, each.indicator, each.page) for each in sheet.topics]
    yield from _table(
        f"Topics (system `{sheet.topic_system}`)", ("Code", "Meaning", "Indicator at most", "Explained"), rows
    )
    reasons = [(_code(each.code), each.words, each.site_reason) for each in sheet.override_reasons]
    yield from _table(
        f"Override reasons (system `{sheet.reason_system}`)",
        ("Code", "Words", "The site's own reason (fill in)"),
        reasons,
    )


def _showing(sheet: Sheet) -> Iterator[str]:
    shown, aside = sheet.showing, sheet.showing.acknowledgement
    mode = shown.mode if shown.mode == "visible" else f"{shown.mode}: assessed and counted, no card goes out"
    who = "all clinicians"
    if shown.users_listed:
        kinds = " or ".join(map(_code, shown.user_kinds))
        who = (
            f"{shown.users_listed} listed in `shown_to`, as {kinds}: `userId` must come so, letter by letter"
        )
    away = "off: a card that was put aside comes again with the next call"
    if aside:
        codes = " or ".join(map(_code, aside.codes))
        away = (
            f"stay away for {aside.days} day{'s' if aside.days > 1 else ''}, from colleagues too, where "
            f"feedback names {codes}; critical ones never, and none once anything behind it changes. "
            f"{_decided(aside.by, aside.reason)}"
        )
    rows = [
        ("Mode", mode),
        ("Share", f"{shown.visible_share} of 100 charts"),
        ("Users", f"{who}. Never a patient or a related person"),
        *(
            ("Held back", f"{_code(each.topic)}. {_decided(each.by, each.reason)}")
            for each in shown.held_back
        ),
        ("Cards put aside", away),
        (
            "Audit",
            f"FHIR AuditEvents with patient and user to {' and '.join(map(_code, shown.audit))}"
            if shown.audit
            else "none",
        ),
        (
            "Switch",
            "`leg-weakness-cds switch`, without a restart; `switch show` says what holds now"
            if shown.can_be_switched
            else "none (`switches_file`): cards cannot be stopped without a restart",
        ),
    ]
    yield from _table("What goes out", ("What", "As the settings have it"), rows)


def _decided(by: str, reason: str) -> str:
    return f"Decided by {_plain(by)}: {_plain(reason)}"


def _times(sheet: Sheet) -> Iterator[str]:
    times = sheet.times
    yield from _table(
        "Time-outs",
        ("Who", "Seconds"),
        [
            ("The service answers within (`time_budget`)", f"{times.service_answers_within:g}"),
            ("The EHR waits at least", f"{times.ehr_should_wait:g}"),
            ("The proxy waits at least", f"{times.proxy_should_wait:g}"),
        ],
    )


def _facts(sheet: Sheet) -> Iterator[str]:
    rows = [
        (
            each.about,
            each.says,
            each.do,
            f"{each.source}{' (unverified: check at the site)' if each.unverified else ''}",
        )
        for each in sheet.facts
    ]
    yield from _table(f"To know of {sheet.title}", ("About", "What is known", "What to do", "Source"), rows)
    yield from (f"- {key}: {words}" for key, words in sheet.sources.items())
    yield ""


def _sample(sheet: Sheet) -> Iterator[str]:
    sample = sheet.sample
    yield from (f"## Sample call (`{sample.fixture}`, as of {sample.as_of})", "", sample.explained, "")
    yield from _block(sample.request)
    if sheet.showing.mode == "visible":
        yield from ("The answer of the service:", "")
    else:
        yield from (
            f'While the client is {sheet.showing.mode}, it gets `{{"cards": []}}`; found is this:',
            "",
        )
    yield from _block(sample.answer)


def _block(value: Any) -> Iterator[str]:
    yield from ("```json", json.dumps(value, indent=1, ensure_ascii=False), "```", "")


def _table(title: str, headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(headings)
    yield from (f"## {title}", "", _row(heads), _row(["---"] * len(heads)))
    yield from map(_row, rows)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"


def _plain(text: str) -> str:
    """What people wrote, on one line."""
    return " ".join(text.split())


def _code(text: str | None) -> str:
    return f"`{text}`" if text else _NOT_SET
