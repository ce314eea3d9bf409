"""Weakness and what it makes difficult, as notes, triage lines and forms put it."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, pairs

THERE = {
    "cs_leg_weakness": """
        c/o weakness L leg | bilat LL weakness | LL weakness | weakness in LLs | LEs weak |
        wkness of both legs | LE wkness | b/l LE weakness | weakness in bilateral LEs | leg gave way |
        legs gave way beneath her | legs gave way this morning | left leg gives way on stairs |
        knees buckling | his legs have gone | legs went from under him | lost the use of her legs |
        legs won't hold him | legs wouldn't support him | can't move R leg | not moving L leg |
        no movement in left leg | power 3/5 left leg weakness | right leg won't work | legs not working |
        legs don't work | left leg weaker than right | leg strength reduced |
        strength decreased in bilateral lower extremities | loss of power in left leg |
        legs feel weak and wobbly | jelly legs | legs like jelly | legs turned to jelly |
        weak at the knees since Monday, legs giving out | paretic left leg | paralysed right leg |
        flaccid legs | flaccid paralysis of both legs | monoplegia left leg | weakness of hip flexion |
        weakness of knee flexion | hip flexors weak bilaterally | quads weak | hamstrings weak |
        Left lower limb power decreased | global leg weakness | Leg weakness - bilateral |
        bilateral leg wkns | bilat leg wknss | reduced leg power | decreased power in the lower limbs |
        can't lift right leg off bed weakness | pt reports legs "giving out" | weakness in legs b/l |
        Weakness: legs | legs: weak | difficulty moving left leg | difficulty moving legs |
        unable to move his left leg | struggles to move right leg | loss of motor function in both legs |
        motor weakness lower limbs | lower limb motor deficit | motor deficit left leg |
        legs weak, worse over 2/7 | progressive weakness lower extremities |
        ascending weakness of the legs | weakness left lower limb | Left hemiparesis with leg weakness |
        subjective leg weakness | leg weakness on exam | legs no longer strong |
        legs no longer support her | No trauma leg weakness | leg weakness, no trauma |
        no back pain but leg weakness | denies back pain, numbness but reports leg weakness |
        [x] leg weakness | [X] leg weakness | ☑ leg weakness | ☒ leg weakness | ✓ leg weakness |
        ✔ Leg weakness | [ ] saddle anaesthesia [x] leg weakness | Saddle anaesthesia: N Leg weakness: Y |
        Saddle anaesthesia: N, Leg weakness: Y | Saddle anaesthesia N / Leg weakness Y | Leg weakness: Y |
        leg weakness +ve | leg weakness + | leg weakness (+) | + leg weakness | +ve leg weakness |
        leg weakness: present | PMH: HTN. PC: leg weakness | PMH: HTN, T2DM. c/o leg weakness x 3/7 |
        FHx: nil. Leg weakness. | Safety netted. Leg weakness today. | Plan: MRI for leg weakness |
        Plan: admit with leg weakness | not improving leg weakness | leg weakness not getting better |
        leg weakness persists | ongoing leg weakness | leg weakness has not resolved |
        leg weakness improving | leg weakness slightly improved | leg weakness since 2019 |
        leg weakness for years | leg weakness now | previously well, now leg weakness |
        previous stroke, now leg weakness | h/o HTN presents with leg weakness |
        63M h/o DM p/w leg weakness | 63F PMHx DM c/o leg weakness | s/p fall with leg weakness |
        ? leg weakness | ?leg weakness | possible leg weakness | leg weakness ++ | marked leg weakness |
        leg weakness +++ | leg weakness noted by wife | mother reports leg weakness |
        husband noticed leg weakness | carer says leg weakness | denies trauma. Leg weakness |
        denies trauma; leg weakness | no incontinence. leg weakness 3/7 | nil trauma. leg weakness |
        no history of trauma, presents with leg weakness | not able to stand due to leg weakness |
        worried about leg weakness since Monday | if anything leg weakness is worse |
        leg weakness, asked to return if worse | leg weakness. Return if worse |
        leg weakness; safety net given | leg weakness, no red flags | leg weakness - no red flags |
        Leg weakness (no incontinence)
    """,
    "cs_hemiparesis": """
        R sided weakness | L hemiparesis | dense left hemiplegia | R hemiplegia | weakness down left side |
        left side of body weak | weakness of L arm and leg | weakness R arm + leg | right arm/leg weakness |
        right arm and right leg weakness | weakness in left arm and leg | left arm & leg weak |
        weak down one side | one side of body weak | weak on the right side | L-sided hemiparesis |
        left-sided weakness face arm and leg | R face/arm/leg weakness |
        FAST positive: right arm and leg weakness | Lt hemiparesis | hemi-body weakness |
        left UL and LL weakness | RUE and RLE weakness | RUE/RLE weakness | LUE + LLE weakness |
        weakness of right upper and lower limbs | right upper and lower extremity weakness
    """,
    "cs_paraparesis": """
        both legs weak | bilateral LE weakness | b/l LE weakness | paraparetic |
        weakness of both lower limbs | spastic paraparesis | paraplegic since this morning |
        bilateral lower extremity paralysis | weak in both legs | can't move legs | can't move both legs |
        acute flaccid paraplegia | paralysed from the waist down
    """,
    "cs_tetraparesis": """
        weakness all 4 limbs | weak in all four limbs | quadriparesis | tetraparesis | all four limbs weak |
        weakness in arms and legs | arms and legs weak | generalised weakness of all limbs |
        weakness in all limbs | weak in all limbs | all limbs weak | weakness in all 4 extremities |
        4-limb weakness | global limb weakness
    """,
    "cs_proximal_weakness": """
        proximal LL weakness | proximal weakness legs | proximal limb weakness | proximal myopathy |
        Gower's sign positive | Gowers +ve | quads weak | weak hip flexors | hip flexor power reduced |
        weakness of thigh muscles | weak thighs | Trendelenburg gait | hip girdle weak | waddling |
        weakness of hip flexion | proximal > distal weakness
    """,
    "cs_distal_weakness": """
        weak ankle dorsiflexion | ankle dorsiflexion weak | ankles weak | weakness of ankle dorsiflexion |
        DF weakness left ankle | EHL weak | EHL 3/5 weak | toe extension weak |
        weakness of big toe extension | plantarflexion weak | distal LL weakness | foot weak | weak feet |
        unable to heel walk | cannot walk on heels | cannot stand on tiptoes | unable to toe walk |
        can't dorsiflex foot | unable to dorsiflex left foot | cannot wiggle toes | can't move toes
    """,
    "cs_foot_drop": """
        foot drop | R foot drop | left footdrop | drop foot | foot-drop L | foot slapping | slapping foot |
        catches toes when walking | toe dragging | can't lift foot | cannot lift left foot |
        unable to lift foot | high steppage gait | foot flops | floppy foot | foot dropping
    """,
    "cs_function_stairs": """
        can't climb stairs | can't manage stairs | unable to manage stairs | struggling with stairs |
        difficulty climbing the stairs | difficulty getting upstairs | can't get up stairs |
        can't get out of chair | can't get up from the chair | struggles to get out of a chair |
        difficulty rising from a low chair | difficulty getting up from sitting |
        trouble getting up from a chair | trouble getting out of a chair | needs help to stand from chair |
        unable to get up off the floor | hard to climb stairs | difficulty w/ stairs | can't lift legs |
        can't lift left leg | cannot raise legs off the bed | unable to straight leg raise due to weakness |
        trouble climbing stairs | difficulty standing up | cannot get off toilet |
        difficulty getting off the toilet | can't get up off toilet | uses arms to get out of chair |
        has to push up with arms to rise | problems climbing stairs | difficulty lifting leg into car
    """,
    "cs_leg_heaviness": """
        legs heavy | heavy legs | legs feel like lead | left leg feels heavy | heaviness in both legs |
        leg heaviness | heavy feeling in legs | feeling of heaviness in legs | lead legs |
        legs feel very heavy | dead leg feeling, heavy leg | right leg heavy
    """,
    "cs_unable_to_walk": """
        NWB right leg since fall | Non-weight bearing left leg since fall | unable to walk post-op |
        cannot walk 6 weeks after surgery | unable to weight bear for 2 days |
        can't walk | can't stand | unable to WB | unable to weightbear |
        NWB since this morning unable to walk | not walking | off legs | off his feet | gone off legs |
        not able to weight bear | can no longer walk | no longer walks | stopped walking |
        unable to mobilise | unable to take steps | cannot take a step | can't get out of bed |
        no longer able to stand | bed bound since yesterday | unable to stand unaided |
        unable to walk unaided | not mobilising | not weight bearing | not weight-bearing on left leg |
        couldn't stand up this morning | now wheelchair bound | unable to mobilize | lost ability to stand |
        refusing to weight bear | can't put weight on leg | unable to bear weight on left |
        cannot ambulate | has become non ambulant | non-ambulant | unable to stand or walk
    """,
    "cs_gait_difficulty": """
        unsteady on his feet | unsteady on her feet | dragging left leg | dragging leg | drags right foot |
        leg drags | off balance | tripping up | keeps tripping | stumbling | difficulty mobilising |
        struggling to walk | struggles to walk | walking worse | trouble w/ walking | wobbly gait |
        wobbly on feet | mobility reduced | decreased mobility | reduced mobility |
        difficulty w ambulation | gait unsteady | abnormal gait | gait abnormal | broad-based gait |
        wide based gait | antalgic gait | limp | walks with a limp | shuffling gait | walking difficulties |
        impaired mobility | impaired gait | poor balance | ataxic gait | problems walking | hard to walk |
        walking with difficulty | new need for walking frame | unsteady when walking |
        mobility deteriorated | can barely walk | barely able to walk
    """,
    "cs_falls": """
        fell x2 | fell yesterday | fell this morning | 2 falls | several falls | recurrent falls |
        multiple falls at home | mechanical fall | s/p fall | had a fall | fallen twice | fell twice |
        FOOSH after fall | unwitnessed fall | slip and fall | keeps falling | falling over |
        has been falling | falls x3 | fell out of bed | fell to the floor | collapse and fall
    """,
    "cs_wasting": """
        quads wasting | wasting of quads | muscle wasting | wasted quads | thigh wasting | calf wasting |
        leg muscles wasted | wasting of left calf | atrophy of quadriceps | atrophy of calf | wasted thigh |
        wasted calves | muscle bulk reduced in legs | reduced bulk left quad | loss of muscle bulk |
        muscle atrophy LLE
    """,
    "cs_fasciculation": """
        fasciculations | fasciculation in calves | fasciculating | fasics seen | fascics |
        muscle twitching | twitching in legs | twitchy muscles | legs twitching | twitching of muscles |
        fasciculations noted in thighs | widespread fasciculations | tongue fasciculations |
        calf fasciculation
    """,
    "cs_neck_weakness": """
        neck weakness | neck flexion weak | weak neck flexion | neck flexor weakness | head drop |
        neck flexion 3/5 weak | weakness of neck flexion | weak neck flexors | neck flexors weak |
        can't hold head up | can't lift head off pillow | unable to lift head | difficulty holding head up |
        unable to hold head up | dropped head | neck extensors weak | head dropping forward |
        weakness of neck
    """,
    "cs_arm_weakness": """
        arm weakness | R arm weakness | weak left arm | UL weakness | weakness in arms | arms weak |
        RUE weakness | LUE weak | hand weakness | weak grip | grip weak | grip strength reduced |
        reduced grip | arm drift | pronator drift | drift of left arm | left arm drift | weakness left arm |
        weakness of right hand | can't lift arm | can't lift right arm | unable to raise arm |
        cannot raise left arm | UE weakness | FAST positive arm weakness | power reduced in right arm |
        reduced power in left arm | power 3/5 right arm weakness | upper limb weak | upper limbs weak |
        arms feel weak | weakness both arms | bilateral arm weakness | dropping things | biceps weakness |
        deltoid weakness
    """,
}

NOT_THERE = {
    "cs_leg_weakness": """
        no LL weakness | nil leg weakness | nil weakness in legs | no weakness LEs | -ve for leg weakness |
        leg weakness -ve | leg weakness (-) | leg weakness (–) | Leg weakness: N | leg weakness: neg |
        [ ] leg weakness | ☐ leg weakness | Leg weakness: Y/N | Leg weakness: yes / no |
        Leg weakness yes/no | leg weakness Y / N | Leg weakness: ___ | leg weakness (none) |
        LEs strong, no wkness | no focal weakness in legs | no motor weakness in legs |
        power 5/5 in legs, no weakness | no objective weakness in the legs | no subjective leg weakness |
        Normal power, no leg weakness | legs not weak | legs: no weakness | no further leg weakness |
        leg weakness has resolved | leg weakness now fully resolved | leg weakness recovered |
        leg weakness settled | no more leg weakness | previously had leg weakness, fully recovered |
        leg weakness in 2015 | leg weakness 10 years ago | h/o leg weakness in 2012 | PMH: leg weakness |
        PMHx: leg weakness 2010 | FHx: leg weakness in mother | Mum had leg weakness |
        husband has leg weakness | baby has leg weakness | neighbour had leg weakness |
        friend has leg weakness | return if leg weakness | RTC if leg weakness |
        come back if any leg weakness | if she develops leg weakness to attend ED |
        should you develop leg weakness, call 999 | seek help if new leg weakness |
        advised to attend A&E if leg weakness | in the event of leg weakness |
        Safety net: leg weakness, incontinence | Safety-netted re leg weakness |
        safety netted for leg weakness | worsening advice: leg weakness, numbness |
        red flags explained (leg weakness) | CES red flags discussed: leg weakness |
        at risk of leg weakness | may get leg weakness after the block |
        Potential complications: leg weakness, infection | Complications: leg weakness, bleeding |
        Risks: leg weakness | Goals: avoid leg weakness | Plan: monitor for leg weakness |
        Plan: return if leg weakness | Plan: if leg weakness then MRI | Plan - MRI if leg weakness |
        watch for leg weakness | to monitor for leg weakness | check for leg weakness |
        Red flags negative: leg weakness, saddle numbness | No red flags: leg weakness |
        No red flags - no leg weakness | Red flags: no leg weakness | Neuro: no leg weakness |
        ROS negative for leg weakness | ROS: negative for fever, leg weakness | ROS: denies leg weakness |
        pt denies leg weakness | denied any leg weakness | denying leg weakness |
        patient does not report leg weakness | never had any leg weakness | there is no leg weakness |
        without any leg weakness | no c/o leg weakness | no symptoms of leg weakness |
        hasn't noticed leg weakness | not had any leg weakness | has not had leg weakness |
        no sign of leg weakness | no evidence of any leg weakness | leg weakness not a feature |
        leg weakness not reported | leg weakness not noted | no numbness weakness or pain in legs |
        no numbness, weakness or pain in legs | no leg pain, no leg weakness |
        no fever/chills/leg weakness | no leg weakness/numbness |
        denies fever, chills, nausea, vomiting, back pain, leg weakness, numbness |
        denies leg weakness and numbness | neither leg weakness nor numbness | no arm or leg weakness |
        no facial, arm or leg weakness | No new weakness in the legs | not associated with leg weakness |
        not accompanied by leg weakness | rather than leg weakness | leg weakness excluded | restless legs |
        no leg weakness currently | leg weakness? no | Any leg weakness? N | Leg weakness - nil |
        Leg weakness — nil | Leg weakness □
    """,
    "cs_hemiparesis": """
        no hemiparesis | no one sided weakness | no unilateral weakness | left arm and right leg weakness |
        right arm weakness, left leg weakness | weakness of L arm and R leg | old hemiparesis |
        residual hemiparesis resolved | no focal or one-sided weakness | mother had left hemiparesis |
        return if one sided weakness | LUE and RLE weakness | hemiplegic migraine
    """,
    "cs_paraparesis": """
        no paraparesis | not paraplegic | denies bilateral leg weakness | return if both legs weak |
        risk of paraplegia
    """,
    "cs_proximal_weakness": """
        no proximal weakness | Gowers negative | Gower's sign -ve | proximal arm weakness only |
        no prox weakness
    """,
    "cs_foot_drop": """
        no foot drop | risk of foot drop | return if foot drop | foot drop: no | old foot drop resolved |
        AFO for prevention of foot drop
    """,
    "cs_function_stairs": """
        no difficulty climbing stairs | no difficulty with stairs | able to climb stairs |
        short of breath climbing stairs | denies difficulty rising from chair |
        manages stairs without difficulty | no trouble with stairs
    """,
    "cs_leg_heaviness": """
        no heaviness in legs | legs not heavy | denies heavy legs | heavy menstrual bleeding | heavy periods
    """,
    "cs_unable_to_walk": """
        NWB left leg x6 weeks post-op | weight bearing status: NWB | non-weight-bearing restriction |
        Not ambulating per order | Non-weight bearing RLE x 6 weeks | strict NWB right leg | NWB status |
        to remain NWB on left leg |
        no inability to walk | able to walk | return if unable to walk | if unable to walk call |
        cannot stand the pain | able to stand and walk unaided | baby not walking yet
    """,
    "cs_gait_difficulty": """
        gait normal | no difficulty walking | no gait disturbance | no problems walking |
        denies unsteadiness | not unsteady | return if difficulty walking | no gait abnormality |
        walks without difficulty
    """,
    "cs_falls": """
        fall risk | falls risk assessment | no falls | denies falls | at risk of falls |
        high risk for falls | fall precautions | Falls: no | nil falls | no recent falls |
        falls prevention leaflet | not fallen | hasn't fallen | no h/o falls | if falls return |
        Goals: no falls
    """,
    "cs_wasting": """
        no wasting | no muscle wasting | no atrophy of calf | normal bulk | hand wasting |
        muscle bulk normal | thenar wasting
    """,
    "cs_fasciculation": """
        no fasciculations | nil fasciculations | no fasciculation seen | no wasting or fasciculations |
        no wasting/fasciculation | fasciculations: absent
    """,
    "cs_neck_weakness": """
        no neck weakness | neck flexion normal | no neck flexor weakness | neck pain | no head drop |
        neck power normal
    """,
    "cs_arm_weakness": """
        no arm weakness | arms normal | no UL weakness | no weakness in arms | no arm drift |
        no pronator drift | arm power normal | arms strong | arm pain | no weakness arms
    """,
}


@pytest.mark.parametrize(("concept", "text"), pairs(THERE))
def test_what_is_there_counts(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_THERE))
def test_what_is_not_there_does_not_count(concept: str, text: str) -> None:
    assert not counts(text, concept)
