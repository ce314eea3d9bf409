"""What became of feedback that was sent from a card on the test bench, in words and in an address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from cards.knowledge import Knowledge
from cds_service.bench.calls import Run
from cds_service.feedback import OUTCOMES

_COMMENT, _UNKNOWN = "comment", "unknown-card"


@dataclass(frozen=True, slots=True)
class Noted:
    """Whether it was stored, and what of it."""

    stored: bool
    sentence: str
    codes: tuple[str, ...] = ()
    """All that it takes to say so again, on the page to which the browser is sent on."""

    @property
    def query(self) -> str:
        return urlencode([("noted", code) for code in self.codes])

    @classmethod
    def of(cls, sent: Run, outcome: str, reason: str, commented: bool, knowledge: Knowledge) -> Self:
        """From what the service answered."""
        if sent.status != 200:
            why = sent.trouble or " ".join(sentence for _, sentence in sent.refusal)
            return cls(False, f"Not stored. {why or f'The service answered {sent.status}.'}")
        unknown = bool((sent.answer or {}).get("unknownCards"))
        flags = ((_COMMENT, commented), (_UNKNOWN, unknown))
        codes = (outcome, *([reason] if reason and outcome == "overridden" else []))
        return cls._stored((*codes, *(code for code, is_so in flags if is_so)), knowledge)

    @classmethod
    def _stored(cls, codes: tuple[str, ...], knowledge: Knowledge) -> Self:
        words = knowledge.wording["override_reasons"]
        said = [codes[0], *(str(words[code]) for code in codes if code in words)]
        sentences = [f"Stored in the journal: {', '.join(said)}."]
        if _COMMENT in codes:
            sentences.append("The comment is kept only where the setting keep_comments says so.")
        if _UNKNOWN in codes:
            sentences.append("The journal does not know the card, and counts the feedback by itself.")
        return cls(True, " ".join(sentences), codes)


def noted(codes: Collection[str], knowledge: Knowledge) -> Noted | None:
    """From the address; None where it says nothing, or what no feedback of ours would."""
    outcome = next((code for code in codes if code in OUTCOMES), None)
    if outcome is None:
        return None
    known = {*knowledge.wording["override_reasons"], _COMMENT, _UNKNOWN}
    return Noted._stored((outcome, *(code for code in codes if code in known)), knowledge)
