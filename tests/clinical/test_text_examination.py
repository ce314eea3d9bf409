"""Findings of an examination, as notes, triage lines and forms put it."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, pairs

THERE = {
    "cs_numbness_leg": """
        numbness L leg | numb left leg | numbness both feet | tingling in both legs | p&n in legs |
        pins + needles in feet | P+N both feet | pins and needles down leg | paraesthesiae both feet |
        leg feels numb | legs numb | feet feel numb | numb toes | foot gone numb | can't feel legs |
        can't feel his feet | unable to feel left foot | loss of feeling in foot | no feeling in legs |
        no sensation in left foot | reduced sensation left foot |
        decreased sensation to light touch in LLE | sensation reduced in lower limbs |
        sensation decreased L5 dermatome | reduced light touch both legs | altered sensation in thighs |
        hypoaesthesia left leg | LLE paresthesias | paresthesia BLE | dysaesthesia feet | burning feet |
        numbness in S1 distribution | numbness lateral thigh | sensory loss in legs |
        sensory deficit in left leg | tingly feet | feet tingling | reduced pinprick in feet |
        impaired sensation feet | loss of light touch in right leg | numbness radiating down leg
    """,
    "cs_stocking_glove": """
        stocking distribution sensory loss | glove and stocking numbness | stocking-glove distribution |
        numb hands and feet | numbness in feet and hands | tingling of hands and feet | stocking pattern |
        length dependent sensory loss | sensory loss in stocking distribution to knees |
        pins and needles in hands and feet | tingling in fingers and toes | numb fingers and toes |
        numbness in fingers and toes
    """,
    "cs_sensory_level": """
        sensory level T10 | T10 sensory level | sensory level at T6 | sensory level to T4 |
        sensory level approx T8 | numb from waist down | numb from the chest down | numbness below waist |
        numbness from umbilicus down | reduced sensation below T10 | sensation reduced below umbilicus |
        no sensation below nipples | loss of pinprick below T4 | decreased sensation below T8 |
        band-like sensation round trunk | tight band around abdomen | can't feel anything below waist |
        insensate below T6 | numb from belly button down | altered sensation below waist |
        pinprick level T7 | reduced from T10 down | sensory loss up to T10
    """,
    "cs_reflex_reduced": """
        areflexic | areflexia LL | DTRs 0 | DTRs 0/4 | DTR 0 at ankles | reflexes 0 | reflexes 1+ |
        ankle jerks absent | AJ absent | AJs absent bilaterally | absent AJ | KJ absent |
        KJs and AJs absent | knee jerks diminished | reflexes: absent | reflexes - absent |
        reflexes absent LL | reflexes not elicited | reflexes unobtainable | unable to elicit reflexes |
        could not elicit ankle jerks | couldn't elicit knee jerks | no reflexes in legs | reflexes reduced |
        reflexes depressed | reflexes diminished | reflexes ↓ | ↓ reflexes | ↓ ankle jerks |
        ankle jerk reduced on left | hypoactive DTRs | hyporeflexic | 0 reflexes at ankle |
        knee 0 ankle 0 reflexes | reflexes: knee 0, ankle 0 | Reflexes - KJ 0, AJ 0 | achilles reflex 0 |
        patellar reflexes 0/4 | reflexes trace | loss of reflexes | lost ankle jerks | sluggish reflexes |
        global areflexia | reflexes could not be elicited | no ankle jerks | no knee jerks | DTRs absent |
        DTRs unobtainable | absent LL reflexes | lower limb reflexes absent | reflexes absent throughout |
        reflexes -ve | ankle reflexes negative
    """,
    "cs_reflex_increased": """
        hyperreflexia | hyper-reflexic | brisk reflexes | reflexes brisk | reflexes brisk LL | reflexes 3+ |
        3+ reflexes | DTRs 3+ | DTRs 4+ | knee jerks brisk | KJ brisk | reflexes exaggerated | reflexes ↑ |
        ↑ reflexes | reflexes pathologically brisk | very brisk knee jerks | hyperactive DTRs |
        reflexes +++ | KJ +++ | reflexes 4+ with clonus | increased reflexes in legs | knee reflexes 3+
    """,
    "cs_babinski": """
        Babinski +ve | Babinski + | Babinski positive | + Babinski | +ve Babinski |
        Babinski present bilaterally | bilateral Babinski | extensor plantars | plantars extensor |
        plantars upgoing | upgoing plantars | plantars ↑↑ | Plantars ↑ | plantars up |
        plantars up bilaterally | plantar ↑ left | plantars: ↑ R ↓ L | upgoing toe | toes upgoing |
        toes up | toes going up | toe upgoing on left | plantar response: extensor | up-going plantars |
        positive plantar reflex | R plantar extensor | L plantar upgoing | Babinski's sign positive |
        plantars ↑ bilat | plantar reflexes extensor | plantars: extensor b/l | Babinski: up
    """,
    "cs_spasticity_clonus": """
        clonus | ankle clonus | sustained clonus | clonus 5 beats | 5 beats of clonus | clonus present |
        clonus +ve | spasticity in legs | spastic gait | spastic legs | tone increased in legs |
        increased tone LL | increased tone lower limbs | tone ↑ in legs | ↑ tone legs | hypertonic legs |
        hypertonia | tone raised LLs | scissor gait | scissoring | stiff legs with increased tone |
        spastic catch | Ashworth 2 spasticity
    """,
    "cs_absent_pulse": """
        No palpable pulses left foot | no palpable pulses in left leg | absent pulses | absent foot pulses |
        pulses absent | no pulses in foot | pedal pulses absent | pedal pulses not palpable |
        DP and PT absent | DP/PT not palpable | DP not felt | no DP or PT pulse | no DP pulse |
        unable to feel pedal pulses | unable to palpate DP | can't feel foot pulses |
        can't find pulse in foot | pulseless leg | pulseless | pulseless foot | no femoral pulse |
        femoral pulse absent | no popliteal pulse | popliteal absent pulse | no doppler signal |
        no Doppler signals in foot | no signal on doppler | impalpable pulses | impalpable foot pulses |
        non palpable pulses | pulses impalpable | pedal pulses -ve | pedal pulses: nil | pedal pulses 0 |
        absent DP/PT | no pulses felt below femoral | absent left femoral | foot pulses not felt |
        no distal pulses in left leg | distal pulses absent left leg | No pedal pulses |
        absent distal pulses in leg | monophasic... no foot pulses | unable to locate pedal pulses |
        no pulse in left foot
    """,
    "cs_cold_pale_limb": """
        cold leg | cold foot | left foot cold | left leg cold and pale | foot cool to touch |
        cool left leg | pale cold foot | mottled foot | mottled leg | leg mottled | foot blue | blue toes |
        dusky foot | white leg | white foot | leg is white and cold | cyanosed toes | pale and cold leg |
        right leg pale | ischaemic foot | acutely ischaemic leg | cap refill 6 seconds foot |
        CRT prolonged left foot | perishingly cold leg | LLE cool and mottled | LLE cold |
        RLE cool, pulseless | foot freezing cold | leg gone cold | icy foot | leg feels cold |
        prolonged CRT in toes | poor capillary refill in foot | sluggish cap refill left foot |
        poorly perfused foot | left foot perfusion poor
    """,
    "cs_leg_swelling_tense": """
        tense calf | calf tense | tense compartment | compartment tense | compartments tense |
        compartment syndrome | ?compartment syndrome | woody leg | woody calf | tight swollen calf |
        pain on passive stretch | pain with passive stretch | pain on passive dorsiflexion |
        pain on passive movement of toes | tense swollen thigh | leg tense | tense and tender calf |
        rock hard calf | firm compartments | tight compartments | compartments tight |
        raised compartment pressure | tense anterior compartment | wooden calf | calf hard and tense |
        pain out of proportion with tense calf
    """,
    "cs_dark_urine": """
        dark urine | urine dark | coke coloured urine | cola-coloured urine | cola urine |
        tea coloured urine | brown urine | urine brown | black urine | dark brown urine |
        dark coloured urine | urine looks like coke | urine like tea | urine is dark | myoglobinuria |
        passing dark urine | dark-colored urine | red brown urine | rust coloured urine | urine very dark |
        urine dark brown | urine myoglobin positive | dark red urine | port wine coloured urine
    """,
}

NOT_THERE = {
    "cs_numbness_leg": """
        no numbness in legs | no leg numbness | sensation intact in legs | no paraesthesia in legs |
        denies numbness or tingling in feet | legs: no numbness | numb hands | numbness of face |
        return if leg numbness | no p&n in legs | no altered sensation in legs | no numbness/tingling legs |
        normal sensation legs
    """,
    "cs_stocking_glove": """
        compression stockings | no glove and stocking loss | TED stockings on |
        no stocking distribution sensory loss
    """,
    "cs_sensory_level": """
        no sensory level | sensory level: none | no numbness below waist | sensation intact below T10 |
        No clear sensory level | sensory level absent | no obvious sensory level |
        return if numb from waist down
    """,
    "cs_reflex_reduced": """
        reflexes normal | reflexes 2+ | reflexes intact | reflexes present and symmetrical | no areflexia |
        no hyporeflexia | reflexes not reduced | no loss of reflexes | DTRs 2+ throughout | brisk reflexes |
        gag reflex absent | reflexes preserved | ankle jerks present | Reflexes: 2+ symmetric |
        reflexes not tested | biceps reflex absent | return if reflexes absent
    """,
    "cs_reflex_increased": """
        no hyperreflexia | not hyperreflexic | reflexes not brisk | reflexes 2+ | no brisk reflexes |
        reflexes ++ | reflexes normal
    """,
    "cs_babinski": """
        Babinski negative | Babinski -ve | no Babinski | Babinski absent | plantars downgoing |
        plantars ↓↓ | plantars ↓ | plantars flexor | plantars down | toes downgoing | toes down |
        Babinski: negative | Babinski neg b/l | no upgoing toe | plantars mute | plantars not extensor |
        Babinski sign absent
    """,
    "cs_spasticity_clonus": """
        no clonus | no spasticity | clonus absent | clonus: nil | no ankle clonus | clonus -ve |
        tone normal in legs | tone not increased in legs | no increase in tone legs | normal tone, no clonus
    """,
    "cs_absent_pulse": """
        pedal pulses palpable | pulses present | good foot pulses | no absent pulses |
        pulses palpable bilaterally | foot pulses present | peripheral pulses intact | pulses 2+ |
        DP/PT 2+ | distal pulses intact | DP and PT palpable | pulse 80 | radial pulse absent |
        pedal pulses not assessed | foot pulses not checked | cardiac arrest pulseless VT |
        strong foot pulses | return if no pulse in foot
    """,
    "cs_cold_pale_limb": """
        leg not cold | no cold foot | feet warm | foot warm and well perfused | WWP | no pallor of leg |
        CRT < 2s | cap refill <2 secs | capillary refill normal | legs warm, well perfused | cold hands |
        cold feet at night | Raynaud's with cold feet | had a cold, leg pain | no mottling of leg |
        return if leg cold or pale | leg not pale or cold | capillary refill < 2 seconds | CRT 2s
    """,
    "cs_leg_swelling_tense": """
        calf soft | compartments soft | calf soft non tender | no compartment syndrome |
        no pain on passive stretch | return if compartment syndrome | risk of compartment syndrome |
        watch for compartment syndrome | compartments soft and compressible | no tense compartment |
        no evidence of compartment syndrome | abdomen tense
    """,
    "cs_dark_urine": """
        no dark urine | urine clear | urine not dark | urine normal colour | return if dark urine |
        denies dark urine | dark stools | urine pale | watch for dark urine
    """,
}


@pytest.mark.parametrize(("concept", "text"), pairs(THERE))
def test_what_is_there_counts(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_THERE))
def test_what_is_not_there_does_not_count(concept: str, text: str) -> None:
    assert not counts(text, concept)
