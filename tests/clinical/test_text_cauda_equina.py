"""Bladder, bowel, saddle and root pain, as notes, triage lines and forms put it."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, pairs

THERE = {
    "cs_saddle_sensory": """
        saddle anaesthesia | saddle anesthesia +ve | saddle numbness | numb saddle | numb bottom |
        numb bum | numbness down below | numb down there | numb genitals | numb vagina |
        numb private parts | numbness of private parts | numbness around back passage |
        numbness around her bottom | bottom feels numb | can't feel when wiping | can't feel herself wipe |
        cannot feel wiping | cannot feel toilet paper | unable to feel toilet paper |
        reduced sensation when wiping | altered sensation when wiping | wiping feels different |
        perineal numbness | perianal numbness | perineum numb | perianal sensation reduced |
        reduced perianal sensation | reduced sensation S3-5 | decreased sensation S2-S4 |
        decreased perianal sensation to pinprick | loss of perineal sensation | absent perianal sensation |
        no perianal sensation | perianal sensation absent | saddle paraesthesia | saddle hypoesthesia |
        saddle area tingling | tingling in saddle area | pins and needles in genitals | groin numbness |
        numb between legs | numbness between legs | numb inner thighs and bottom | numb buttocks |
        altered perianal sensation | perianal: reduced pinprick | impaired perianal sensation |
        perineal paresthesia | ?saddle anaesthesia | PR: reduced perianal sensation | perianal sensation ↓ |
        ↓ perianal sensation | reduced perineal sensation on PR | saddle region numb | numb perineum |
        genital numbness | numb penis | penile numbness | numb testicles | scrotal numbness |
        vulval numbness | numbness of vulva | loss of feeling in genitals | saddle sensation reduced |
        saddle sensation altered | decreased saddle sensation | loss of saddle sensation |
        S2-5 sensory loss | sacral sensory loss | loss of sacral sensation | sacral numbness
    """,
    "cs_urinary_retention": """
        urinary retention | AUR | in retention | retention | gone into retention | acute retention |
        can't pee | can't wee | can't pass water | can't void | can't urinate | can't pass urine |
        cannot pass urine | unable to pass urine | unable to PU | not PU'd | not PUing | not passing urine |
        not passed urine | not passed urine since yesterday | has not passed urine for 12 hours | HNPU |
        hasn't peed since last night | no urine since this morning | hasn't been able to wee |
        difficulty passing urine | difficulty passing water | difficulty starting to pee |
        difficulty initiating micturition | struggling to pass urine | trouble urinating |
        trouble passing urine | urinary hesitancy | hesitancy of micturition | new hesitancy |
        Not able to feel when passing urine | can't feel when passing urine | cannot feel herself pee |
        can't feel when bladder is full | cannot feel bladder filling |
        loss of sensation of bladder fullness | no sensation of needing to pee | no urge to void |
        doesn't feel need to pass urine | reduced awareness of bladder filling | altered bladder sensation |
        loss of urge to urinate | incomplete emptying | incomplete bladder emptying | incomplete voiding |
        not emptying bladder | not fully emptying bladder | painless retention |
        bladder distended, palpable bladder | palpable bladder | distended bladder | bladder palpable |
        catheterised for retention | straining to pass urine | straining to void | ?retention |
        ?urinary retention | bladder scan 800ml retention | double voiding | unable to empty bladder |
        can't empty bladder | difficulty voiding | urinary hesitation | retaining urine
    """,
    "cs_urinary_incontinence": """
        urinary incontinence | incontinent | incontinent of urine | Incontinent x2 | incontinence |
        incontinent of urine x 2/7 | wet herself | wet the bed | wetting the bed | wetting himself |
        wetting self | wet bed last night | leaking urine | leaking wee | dribbling urine |
        loss of bladder control | lost control of bladder | lost bladder control | no control of bladder |
        can't control bladder | cannot control her bladder | can't hold urine | can't hold her wee |
        unable to hold urine | unable to control bladder | unable to hold her water | poor bladder control |
        reduced bladder control | bladder accidents | bladder accident | urinary accidents |
        incont of urine | incontinent urine/faeces | doubly incontinent | double incontinence |
        bladder dysfunction | bowel/bladder incontinence | bladder/bowel incontinence |
        bladder and bowel incontinence | urine incontinence | new urinary incontinence |
        overflow incontinence | passing urine without knowing | passed urine without realising |
        passing urine without feeling it | unaware of passing urine | not aware of leaking |
        insensible incontinence | urinary leakage | bladder disturbance | sphincter disturbance |
        incontinent ++ | incontinence of urine and faeces | peed herself | weeing herself | peeing himself |
        wee'd herself | wets herself | bladder incontinence | loss of control of her waterworks |
        urinary urgency with incontinence | b/b incontinence | B&B incontinence
    """,
    "cs_bowel_incontinence": """
        faecal incontinence | fecal incontinence | incontinent of faeces | incontinent of stool |
        incontinent of bowels | bowel incontinence | lost control of bowels | lost bowel control |
        loss of bowel control | can't control bowels | cannot control her bowels | no control of bowels |
        unable to control bowels | soiled himself | soiling | soiling himself | soiled underwear |
        soiling underwear | soiled the bed | pooed himself | pooping self | messed himself |
        incont of faeces | faecal leakage | leaking stool | leakage of stool |
        passing stool without knowing | passed stool without realising | passing faeces without feeling |
        bowel accidents | bowel accident | stool incontinence | doubly incontinent | double incontinence |
        bowel dysfunction | bladder and bowel incontinence | bladder/bowel incontinence |
        bowel/bladder incontinence | loss of bladder and bowel control | faecal soiling |
        incontinence of urine and faeces | opened bowels without realising | b/b incontinence |
        can't feel when opening bowels | no sensation when opening bowels | can't hold stool |
        loss of anal sensation when opening bowels | reduced sensation when opening bowels
    """,
    "cs_anal_tone": """
        PR: reduced tone | PR reduced tone | PR - reduced tone | PR: tone reduced | PR: lax tone | PR: lax |
        anal tone lax | anal tone reduced | anal tone ↓ | ↓ anal tone | reduced anal tone |
        reduced tone on PR | DRE: reduced tone | DRE: decreased tone | DRE decreased rectal tone |
        on DRE tone reduced | rectal exam: decreased tone | rectal exam - lax tone | rectal tone poor |
        rectal tone diminished | poor squeeze on PR | PR poor anal squeeze | no anal tone |
        absent anal tone | sphincter lax | lax sphincter | sphincter tone reduced | loss of anal tone |
        no voluntary squeeze | patulous anus | anal tone absent | anal tone weak | no anal wink |
        diminished rectal tone | anal sphincter tone reduced | no anal contraction |
        reduced resting anal tone | ?reduced anal tone | bulbocavernosus reflex absent |
        PR: anal tone reduced, sensation reduced | PR exam: lax anal tone | per rectum: tone reduced |
        PR examination reduced tone
    """,
    "cs_sexual_dysfunction": """
        new erectile dysfunction | can't get an erection since Monday | unable to get erection |
        loss of erections | no erections since | new ED and leg weakness | new sexual dysfunction |
        loss of sexual function | loss of genital sensation | new impotence | can't feel during sex |
        reduced sensation during intercourse | sudden loss of erections | erectile dysfunction since onset |
        unable to ejaculate new | new anorgasmia | erectile dysfunction new | sexual dysfunction new |
        altered genital sensation during intercourse
    """,
    "cs_bilateral_radicular": """
        bilateral sciatica | b/l sciatica | sciatica both sides | sciatica in both legs |
        sciatica bilaterally | bilat sciatica | pain radiating down both legs | pain down both legs |
        bilateral radicular leg pain | bilateral leg pain radiating from back |
        shooting pains down both legs | pain radiating to both legs | bilateral radiculopathy |
        sciatica L+R | LBP radiating to both legs | LBP radiating to bilateral LEs |
        bilateral sciatic pain | now bilateral sciatica | pain shooting down both legs
    """,
    "cs_radicular_pain": """
        sciatica | L sciatica | left sciatica | radicular pain | pain radiating down left leg |
        pain shooting down leg | pain down left leg | LBP radiating to left leg |
        LBP with radiation to RLE | radiating pain to foot | L5 radicular pain | S1 radiculopathy |
        shooting pains down leg | back pain radiating to leg | back pain radiating down right leg |
        radiates to left foot | pain from buttock to foot | radiculopathy L5 | L5/S1 radiculopathy |
        nerve pain down leg | electric shock down leg | pain travelling down leg |
        pain going down left leg | pain radiating into both legs | sciatic type pain | sciatic symptoms |
        sciatica-type pain | lumbar radiculopathy
    """,
    "cs_slr": """
        SLR positive | SLR +ve | +ve SLR | positive SLR left | SLR 30 | SLR 40 degrees | SLR to 30 |
        SLR limited to 40 | SLR L 30 | SLR left 40° | SLR reduced | SLR restricted | SLR + |
        straight leg raise positive at 30 | straight leg raise limited | positive straight leg raise |
        positive straight-leg raise test | Lasegue + | Lasègue's positive | SLR: positive | SLR pos |
        slump positive | positive slump test | SLR ++
    """,
    "cs_crossed_slr": """
        crossed SLR positive | positive crossed SLR | crossed SLR +ve |
        crossed straight leg raise positive | contralateral SLR positive | well leg raise positive |
        + crossed SLR | cross SLR positive | crossed SLR + | XSLR positive
    """,
    "cs_back_pain": """
        LBP | low back pain | back pain | lower back pain | lumbar back pain | back sore | sore back |
        backache | pain in lower back | back is painful | lumbar pain | acute on chronic LBP |
        mechanical back pain | pain in my back | bad back | back hurts | hurt back lifting | back spasm |
        lumbago | painful back | LBP rad to L leg | LBP x 3/52 | back ache | spinal pain
    """,
}

NOT_THERE = {
    "cs_saddle_sensory": """
        no saddle anaesthesia | No saddle anesthesia | saddle anaesthesia (-) | saddle anaesthesia (–) |
        saddle anaesthesia -ve | saddle anaesthesia: no | saddle anaesthesia: N | saddle anaesthesia N |
        nil saddle anaesthesia | saddle anaesthesia nil | saddle anaesthesia - nil |
        denies saddle numbness | denies any numbness around saddle area | no perianal numbness |
        no perineal numbness | no altered sensation around back passage |
        no change in sensation when wiping | normal perianal sensation | perianal sensation intact |
        perianal sensation normal | perianal sensation: NAD | saddle sensation intact |
        saddle sensation normal | saddle sensation preserved | normal saddle sensation |
        return if saddle numbness | Red flags negative: saddle anaesthesia | Red flags: none |
        No red flags: saddle anaesthesia, incontinence | no red flags (saddle anaesthesia, bladder/bowel) |
        [ ] saddle anaesthesia | [] saddle anaesthesia | ( ) saddle anaesthesia | ☐ saddle anaesthesia |
        Saddle anaesthesia Y/N | Saddle anaesthesia: Yes/No | saddle anaesthesia yes [ ] no [x] |
        saddle anaesthesia  Yes ☐ No ☑ | saddle anaesthesia: yes [ ] no [ ] |
        no weakness, numbness, saddle anaesthesia | no b/b dysfunction or saddle anaesthesia |
        No bowel/bladder dysfunction, no saddle anaesthesia |
        no incontinence, saddle anaesthesia or weakness | no saddle paraesthesia |
        No saddle or perianal numbness | no sphincter disturbance or saddle anaesthesia |
        told to come back if numb bottom | safety netted re saddle anaesthesia |
        safety netting: saddle anaesthesia, leg weakness | Advised to return if saddle anaesthesia |
        CES symptoms explained: saddle anaesthesia | CES leaflet given (saddle numbness, bladder changes) |
        bicycle saddle sore | spinal anaesthetic: saddle block |
        Potential complications: saddle anaesthesia | saddle anaesthesia resolved |
        saddle numbness in 2015, resolved | never had saddle anaesthesia | absence of saddle anaesthesia |
        without saddle anaesthesia | saddle anaesthesia: denies | saddle anaesthesia: denied |
        saddle anaesthesia = no | saddle anaesthesia absent | saddle anaesthesia: absent |
        saddle anaesthesia - absent | saddle anaesthesia ✗ | ✗ saddle anaesthesia | saddle anaesthesia ❌ |
        CES: no saddle anaesthesia | patient's mother had saddle anaesthesia |
        denies CES symptoms incl saddle anaesthesia | no CES symptoms incl. saddle anaesthesia |
        No evidence of saddle anaesthesia | nil red flags: saddle anaesthesia |
        no cauda equina symptoms such as saddle anaesthesia |
        no cauda equina symptoms (saddle anaesthesia) | no signs of cauda equina e.g. saddle anaesthesia |
        No red flag symptoms including saddle anaesthesia or incontinence |
        red flags absent: saddle anaesthesia | Red flag symptoms - none: saddle anaesthesia, incontinence |
        saddle anaesthesia – none | saddle anaesthesia ... no | Goals: avoid saddle anaesthesia |
        numb face | numb left foot
    """,
    "cs_urinary_retention": """
        no urinary retention | no retention | no retention of urine | denies urinary retention |
        PRN catheter for urinary retention | catheter if urinary retention | catheterise if in retention |
        bladder scan if not passed urine | return if unable to pass urine | return if can't pass urine |
        if unable to pass urine attend ED | advise return if difficulty passing urine | no hesitancy |
        no urinary hesitancy | no difficulty passing urine | no difficulty urinating |
        no problem passing urine | no problems passing urine | passing urine normally | able to pass urine |
        PUing normally | no urinary symptoms | fluid retention | water retention | CO2 retention |
        urinary retention post-op 2012 | monitor for urinary retention | watch for urinary retention |
        at risk of urinary retention | urinary retention ruled out | bladder not palpable |
        no palpable bladder | hesitancy: no | sodium retention | urinary retention resolved |
        retention of knowledge | retention sutures
    """,
    "cs_urinary_incontinence": """
        no incontinence | not incontinent | no bowel or bladder incontinence | no urinary incontinence |
        no urinary or faecal incontinence | denies incontinence | denies loss of bladder control |
        no loss of bladder or bowel control | bladder control intact | continent | continent of urine |
        fully continent | stress incontinence | known urge incontinence | stress urinary incontinence |
        chronic urinary incontinence | no bladder dysfunction | no bladder disturbance |
        no bladder/bowel dysfunction | no bowel/bladder incontinence | no b/b incontinence |
        no bladder or bowel symptoms | return if incontinent | if incontinence develops |
        incontinence pads | continence clinic | incontinence: no | incontinence: N | Incontinence? No |
        [ ] incontinence | bladder: no incontinence | no leaking urine | Baby has bladder incontinence |
        son is wetting the bed | safety net: incontinence | incontinence resolved | emotional incontinence |
        bowel incontinence | incontinent of faeces | incontinent of stool | faecal incontinence |
        no accidents | no sphincter disturbance | mother is incontinent | incontinence nurse
    """,
    "cs_bowel_incontinence": """
        no bowel incontinence | no faecal incontinence | Baby has bowel incontinence | not opened bowels |
        bowels not opened 3/7 | BNO 3/7 | no loss of bowel control | constipation | no bowel dysfunction |
        no soiling | continent of faeces | wound dressing soiled | bowels: normal |
        return if bowel incontinence | denies bowel or bladder incontinence | urinary incontinence |
        incontinent of urine | overflow diarrhoea | no bladder or bowel incontinence |
        bowel incontinence -ve
    """,
    "cs_anal_tone": """
        PR: normal tone | PR: tone normal | PR normal | PR: NAD | normal anal tone | anal tone normal |
        anal tone intact | anal tone good | good anal tone | anal tone preserved |
        no reduction in anal tone | no reduced anal tone | anal tone: normal | PR: good tone |
        PR: good tone and squeeze | PR: tone intact, sensation intact | rectal tone normal |
        anal tone not reduced | PR not done | PR declined | anal tone not assessed | reduced tone in legs |
        normal anal tone and squeeze | DRE: normal tone | no loss of anal tone
    """,
    "cs_sexual_dysfunction": """
        no sexual dysfunction | no erectile dysfunction | ED known on sildenafil |
        no new erectile dysfunction | no change in sexual function | normal sexual function |
        no loss of genital sensation
    """,
    "cs_bilateral_radicular": """
        no bilateral sciatica | unilateral sciatica | bilateral sciatica: no |
        return if bilateral sciatica | no sciatica | pain radiating down left leg | bilateral leg pain |
        no pain down both legs | no bilateral leg pain or weakness
    """,
    "cs_radicular_pain": """
        no sciatica | no radicular pain | no radiation to leg | Sciatica: no | no pain radiating to legs |
        pain does not radiate to leg | back pain without radiation to legs | nil radiation to legs |
        no leg radiation | cervical radiculopathy | sciatica 10 years ago | previous sciatica |
        no radiating leg pain
    """,
    "cs_slr": """
        SLR negative | SLR -ve | SLR neg | negative SLR | SLR 90 | SLR normal | SLR full | SLR: negative |
        SLR negative bilaterally | straight leg raise negative | straight leg raise normal | SLR not done |
        Able to SLR | SLR 80 degrees | no pain on SLR | SLR neg b/l | SLR (-)
    """,
    "cs_crossed_slr": """
        crossed SLR negative | no crossed SLR | crossed SLR -ve | SLR positive |
        negative crossed straight leg raise | crossed SLR neg
    """,
    "cs_back_pain": """
        no back pain | denies back pain | no LBP | back pain resolved | no back or leg pain | nil back pain
    """,
}


@pytest.mark.parametrize(("concept", "text"), pairs(THERE))
def test_what_is_there_counts(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_THERE))
def test_what_is_not_there_does_not_count(concept: str, text: str) -> None:
    assert not counts(text, concept)
