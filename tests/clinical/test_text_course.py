"""Words of course: sudden, slow, worse, rising, tiring, over; and what only sounds like them."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, pairs

SAID = {
    "words_worsening": """
        legs getting weaker | weaker each day | progressively weaker legs | leg weakness has worsened |
        weakness worsened over 2 days | leg weakness has progressed | deterioration in leg power |
        leg weakness deteriorated | increasingly weak legs | becoming weaker | weakness worse today |
        leg weakness now affecting arms | legs weaker than before | power declining in legs |
        weakness increasing | rapidly worsening leg weakness | leg weakness, getting worse
    """,
    "words_onset_sudden": """
        sudden leg weakness | suddenly legs gave way | abrupt onset weakness | woke with leg weakness |
        woke up with left leg weakness | woke this morning and could not... on waking leg weak |
        last known well 0800 | LKW 08:00 weak left leg | all of a sudden leg weakness |
        within minutes legs weak
    """,
    "words_onset_gradual": """
        gradual onset leg weakness | gradually weaker | insidious weakness | slowly progressive |
        weakness over months | over several months legs weak | over weeks leg weakness
    """,
    "words_rapid_progression": """
        rapidly progressive leg weakness | weakness over hours | over days | over 3 days legs became weak |
        rapidly worsening | over 2/7 | over the last few days legs weak | over 48 hours
    """,
    "words_ascending": """
        ascending weakness | started in feet and moved up | weakness started in toes and spread upwards |
        weakness moving up legs | began in feet, now in arms | spreading up legs | spread to arms |
        leg weakness rising to the arms | weakness of legs spread up to the arms | ascending to arms |
        leg weakness which rose to both arms | weakness climbing to the trunk | weak legs, moving into hands |
        numb feet, rising to the knees | leg weakness extending up over days to arms
    """,
    "words_fluctuating_fatigable": """
        fatigable weakness | fatiguable weakness | weakness worse at end of day |
        weakness worse in the evening | weakness better with rest | fluctuating weakness |
        weakness worse with activity | weakness fluctuates | legs weaker by evening |
        weakness improves after rest
    """,
    "words_episodic_attacks": """
        attacks of weakness | episodic weakness | recurrent episodes of weakness | periodic paralysis |
        episodes of paralysis | intermittent leg weakness
    """,
    "words_sensation_normal": """
        sensation intact | sensation normal | no sensory loss | normal sensation |
        Sensory examination of the legs normal | sensation: NAD | light touch and pinprick intact |
        sensory exam normal | intact sensation
    """,
    "words_resolved_within_24h": """
        leg weakness resolved | transient leg weakness | leg weakness fully recovered |
        leg weakness lasted minutes | 2 days ago left leg weakness, resolved
    """,
    "words_new": """
        new leg weakness | newly weak leg | acute leg weakness | recurrent leg weakness
    """,
    "words_comfort_care": """
        comfort care only | hospice care | comfort measures only | end of life care | in hospice |
        patient on hospice | enrolled in hospice | comfort care | home hospice | end-of-life care
    """,
}

NOT_SAID = {
    "words_worsening": """
        leg weakness, right worse than left | left leg weaker than right | leg weakness not worse |
        leg weakness no worse | no worsening of leg weakness | not getting worse |
        leg weakness stable, not progressing | no deterioration | no progression | primary progressive MS |
        L>R, R worse | weakness worse on left | progressively improving | mobility increasing |
        return if worse | worsening advice given | leg weakness improved
    """,
    "words_onset_sudden": """
        no sudden onset weakness | gradual leg weakness | not sudden | sudden hearing loss |
        leg weakness, seen by LSW
    """,
    "words_onset_gradual": """
        sudden weakness | not gradual
    """,
    "words_rapid_progression": """
        not rapidly progressive | slowly progressive | over months
    """,
    "words_ascending": """
        not ascending | descending weakness | ascending aorta |
        weakness spreading from the arms to the legs | neck pain spreading to the arms, weak legs |
        weakness of left leg spreading to left arm | moved to arm chair | rash spreading to trunk? no |
        leg weakness, not rising to the arms | difficulty rising from chair | leg weakness on moving
    """,
    "words_fluctuating_fatigable": """
        pain worse with activity | fatigue | no fatigability | not fatigable | non-fatigable |
        leg pain better with rest in claudication
    """,
    "words_episodic_attacks": """
        no episodic weakness | no attacks of weakness
    """,
    "words_sensation_normal": """
        sensation reduced | sensation not normal | perianal sensation normal | sensation not tested |
        saddle sensation intact | abnormal sensation
    """,
    "words_resolved_within_24h": """
        leg weakness not resolved | leg weakness partially resolved | left leg weakness 2012, resolved |
        two weeks of leg weakness, now resolved | leg weakness for 3 days, resolved |
        fever resolved, leg weakness | transient fever, leg weakness
    """,
    "words_new": """
        no new weakness
    """,
    "words_comfort_care": """
        not for hospice | no comfort care | Mother died in hospice | Mother in hospice | hospice nurse |
        Hospice nurse, on leave | declined hospice | Hospice discussed and declined; full treatment |
        discussed comfort care options | hospice referral considered | Father: hospice | works in hospice |
        comfort care provided | wife in hospice care | No hospice care wanted. Full code. | hospice consult |
        discharged from hospice care | considering comfort care | husband receiving hospice care
    """,
}


@pytest.mark.parametrize(("concept", "text"), pairs(SAID))
def test_what_is_said_of_the_course_counts(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_SAID))
def test_what_is_not_said_of_the_course_does_not_count(concept: str, text: str) -> None:
    assert not counts(text, concept)
