"""The cues of ``reading.toml``, as the reading of stances needs them."""

from __future__ import annotations

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.phrases import Listing, Reach, Role
from cds_service.evidence.relatives import FamilyRules
from cds_service.evidence.scopes import ScopeRules

BEFORE = (Role.NEGATION, Role.UNCERTAIN, Role.HYPOTHETICAL, Role.HISTORICAL, Role.FAMILY)


class StanceRules:
    """Words and distances; the phrases of the cues are in the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.scopes, self.family = ScopeRules(lexicon), FamilyRules(lexicon)
        self.still_acts_in = lexicon.names("negation", "cue_still_acts_in")
        self.separators = lexicon.names("negation", "after_separators")
        self.answer_marks = lexicon.names("negation", "answer_marks")
        self.fillers = lexicon.words("negation", "after_fillers")
        self.crossed = lexicon.names("negation", "after_crossed") | lexicon.words("text", "clause_words")
        self.later_words = lexicon.number("negation", "after_words")
        self.not_before_later = lexicon.words("negation", "not_when_before_after_cue")
        self.scope_words = lexicon.number("text", "scope_words")
        self.at_clause_start = lexicon.names("hypothetical", "at_clause_start")
        self.announced_headings = lexicon.names("hypothetical", "announced_headings")
        self.worry = lexicon.names("hypothetical", "worry")
        self.worry_not_with = lexicon.words("hypothetical", "worry_not_with")
        self.worry_whose = lexicon.words("hypothetical", "worry_whose")
        self.worry_words = lexicon.number("hypothetical", "worry_words")
        self.ended_concept = lexicon.name("historical", "ended_concept")
        self.ended_speaks_of = lexicon.names("historical", "ended_speaks_of")
        self.ended_not_with = lexicon.names("historical", "ended_not_with")
        self.ended_not_with_days = lexicon.names("historical", "ended_not_with_days")
        self.uncertain_within = lexicon.names("uncertain", "after_within")
        self.of_history = lexicon.words("scope", "of_history")
        self.historical_not_after = lexicon.names("historical", "not_after")
        self.historical_not_with = lexicon.names("historical", "not_with")
        self.closing = {
            **dict.fromkeys(BEFORE, frozenset[str]()),
            Role.HISTORICAL: lexicon.words("historical", "ends"),
            Role.FAMILY: self.family.of_record_closing,
        }
        self.historical_in_names = lexicon.words("historical", "in_names")
        self.new_only = lexicon.new_only
        self.weaknesses, self.findings = lexicon.weaknesses, lexicon.findings
        self.apart_from = lexicon.phrases("scope", "apart_from")
        self.within_year = lexicon.words("historical", "within_year")
        self.goes_on = lexicon.names("historical", "year_goes_on")
        self.years = range(
            lexicon.number("historical", "years_from"), lexicon.number("historical", "years_to") + 1
        )
        self.before_year = lexicon.words("historical", "before_year")
        self.year_marks = lexicon.names("historical", "year_marks")
        self.chronic_fillers = lexicon.words("chronic", "fillers")
        self.chronic_marks = lexicon.names("chronic", "marks")
        self.chronic_words = lexicon.number("chronic", "words")
        self.chronic_between = lexicon.words("chronic", "between")
        self.chronic_between_words = lexicon.number("chronic", "between_words")
        self.chronic_not_with = lexicon.words("chronic", "not_with")
        self.chronic_ends = lexicon.names("chronic", "ends")
        self.negation_at_start = lexicon.names("negation", "at_clause_start")
        self.list_marks = lexicon.names("negation", "list_marks")
        self.list_words = lexicon.number("negation", "list_words")
        self.list_reach = Reach(lexicon.number("text", "scope_words"), Listing.YES)
        self.historical_not_between = lexicon.words("historical", "not_between")
