"""Whole notes with headings, lists and several speakers: what of each finding counts, + or -."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts

NOTES = [
    (
        (
            "67F PMH HTN T2DM p/w 3/7 hx progressive b/l LL weakness, numb bottom and can't pee. PR: "
            "reduced tone. PVR 600."
        ),
        "+leg_weakness +saddle_sensory +urinary_retention +anal_tone",
    ),
    (
        (
            "45M LBP radiating to both legs x 2/52. Denies saddle anaesthesia, bladder or bowel "
            "disturbance, leg weakness. Power 5/5 throughout. PR not done. Plan: analgesia, physio. "
            "Safety netted re CES red flags: saddle numbness, urinary retention, bilateral leg "
            "weakness - to attend ED."
        ),
        "-leg_weakness -saddle_sensory -urinary_retention -paraparesis +bilateral_radicular",
    ),
    (
        (
            "Back pain 6/52. Red flags: no saddle anaesthesia, no urinary retention, no faecal "
            "incontinence, no weight loss, no fever. Neuro: power 4/5 L EHL, sensation reduced L5."
        ),
        "-saddle_sensory -urinary_retention -bowel_incontinence -fever +back_pain",
    ),
    (
        (
            "HPC: sudden onset L sided weakness and slurred speech 2hrs ago. FAST positive. PMH: AF, "
            "previous CVA 2015. FHx: father had stroke. O/E: L facial droop, power 2/5 L arm and leg. "
            "No headache, no seizure, no trauma."
        ),
        "+hemiparesis +dysarthria +facial_weakness -seizure_recent -trauma",
    ),
    (
        (
            "Mother of 3. Legs weak since yesterday, can't climb stairs. Her mother had MS. No back "
            "pain. No bladder or bowel symptoms."
        ),
        "+leg_weakness +function_stairs -back_pain -urinary_incontinence -dx_ms",
    ),
    (
        (
            "Denies numbness, tingling, bowel or bladder incontinence but reports progressive weakness "
            "in both legs and difficulty urinating since this morning."
        ),
        "+leg_weakness +urinary_retention -urinary_incontinence -bowel_incontinence -numbness_any",
    ),
    (
        (
            "Seen yesterday with sciatica. Today worse: pain down both legs, bottom feels numb, no "
            "longer able to pass urine."
        ),
        "+radicular_pain +bilateral_radicular +saddle_sensory +urinary_retention",
    ),
    ("No longer able to walk. No fever. No trauma.", "+unable_to_walk -fever"),
    ("Leg weakness resolved after 20 minutes. Now normal power. No further episodes.", "-leg_weakness"),
    (
        "Weakness not improving, cannot stand, legs give way. No change in sensation.",
        "+leg_weakness +unable_to_walk",
    ),
    (
        "PMH:\n- foot drop 2012\n- HTN\n- AF\n\nPC:\n- leg weakness 2/7\n- numb feet",
        "+leg_weakness +numbness_leg",
    ),
    (
        "Social: lives with wife who has MND. Independent.\nPC: falls x3, legs weak",
        "+falls +leg_weakness -dx_als",
    ),
    (
        (
            "Saddle anaesthesia: No\nUrinary retention: No\nFaecal incontinence: No\nBilateral leg "
            "weakness: Yes\nReduced anal tone: Not examined"
        ),
        "-saddle_sensory -urinary_retention -bowel_incontinence +paraparesis -anal_tone",
    ),
    (
        (
            "Red flags screen: saddle anaesthesia N, bladder dysfunction N, bowel incontinence N, leg "
            "weakness Y, fever N"
        ),
        "-saddle_sensory -urinary_incontinence -bowel_incontinence +leg_weakness -fever",
    ),
    (
        "[x] leg weakness [ ] saddle anaesthesia [ ] urinary retention [x] back pain",
        "+leg_weakness -saddle_sensory -urinary_retention +back_pain",
    ),
    (
        "☑ Leg weakness\n☐ Saddle anaesthesia\n☐ Incontinence",
        "+leg_weakness -saddle_sensory -urinary_incontinence",
    ),
    (
        "Leg weakness [x]\nSaddle anaesthesia [ ]\nIncontinence [ ]",
        "+leg_weakness -saddle_sensory -urinary_incontinence",
    ),
    (
        "Any leg weakness? Yes - both. Any numbness? No. Any bladder problems? No",
        "+leg_weakness -numbness_any",
    ),
    (
        "Leg weakness Yes/No\nSaddle anaesthesia Yes/No\nBladder dysfunction Yes/No",
        "-leg_weakness -saddle_sensory -urinary_incontinence",
    ),
    (
        "Leg weakness:\nSaddle anaesthesia:\nBladder dysfunction:\n",
        "-leg_weakness -saddle_sensory -urinary_incontinence",
    ),
    (
        (
            "Bilateral foot drop, areflexia, plantars mute. Sensation intact. FVC 1.2L. NIF -20. No "
            "ptosis or diplopia. Bulbar function intact."
        ),
        "+foot_drop +reflex_reduced -ptosis_diplopia -dysphagia",
    ),
    ("Previously independent. Now unable to stand. Was walking yesterday.", "+unable_to_walk"),
    ("Given the history of incontinence and leg weakness, MRI requested ?CES", "+dx_ces +leg_weakness"),
    ("MRI showed no cauda equina compression. Leg weakness persists.", "+leg_weakness -dx_ces"),
    ("If leg weakness worsens, return. Currently mild left leg weakness.", "+leg_weakness"),
    ("Patient reports no weakness in arms but weakness in both legs", "+leg_weakness -arm_weakness"),
    ("Weakness in arms, not in legs", "-leg_weakness +arm_weakness"),
    ("No weakness in legs. Weak left arm.", "-leg_weakness +arm_weakness"),
    ("UL power 5/5. LL power reduced.", "+leg_weakness -arm_weakness"),
    ("Legs: power normal. Arms: weak.", "-leg_weakness"),
    (
        "c/o numbness around back passage & not able to feel when passing urine",
        "+saddle_sensory +urinary_retention",
    ),
    ("adult wetting the bed since Tuesday, legs feel like jelly", "+urinary_incontinence +leg_weakness"),
    ("L foot cold, pale, pulseless. No sensation. Can't move toes.", "+cold_pale_limb +absent_pulse"),
    (
        "No palpable pulses left foot, foot mottled, sudden onset leg weakness",
        "+absent_pulse +cold_pale_limb +leg_weakness",
    ),
    ("Foot warm, pulses present. No calf tenderness.", "-absent_pulse -cold_pale_limb"),
    (
        (
            "Weakness in the legs is worse in the evening and after walking, better with rest; double "
            "vision when tired."
        ),
        "+leg_weakness +ptosis_diplopia",
    ),
    (
        "D+V 2/52 ago, now ascending weakness legs, tingling hands and feet. DTRs 0.",
        "+infection_gi +leg_weakness +stocking_glove +reflex_reduced",
    ),
    (
        (
            "Denied bladder/bowel dysfunction initially but on direct questioning has been incontinent "
            "of urine x2."
        ),
        "+urinary_incontinence",
    ),
    ("Not incontinent, but can't feel when bladder is full", "+urinary_retention -urinary_incontinence"),
    ("No incontinence however reduced sensation on wiping", "-urinary_incontinence +saddle_sensory"),
    ("Incontinence pads in use. Long-standing stress incontinence, unchanged.", "-urinary_incontinence"),
    ("Started on oxybutynin for urge incontinence 2 years ago", "-urinary_incontinence"),
    ("Known MS. Catheter long term. Leg weakness as usual.", "-urinary_retention"),
    ("Pt's legs gave way in shower, hit head. No LOC.", "+leg_weakness"),
    (
        "The patient states that she cannot lift her left leg off the bed; the right leg is fine.",
        "+function_stairs",
    ),
    ("Unable to assess saddle sensation. Anal tone not assessed.", "-saddle_sensory -anal_tone"),
    ("PR: normal tone, normal perianal sensation, no saddle anaesthesia", "-saddle_sensory -anal_tone"),
    ("PR: tone reduced, perianal sensation absent", "+anal_tone +saddle_sensory"),
    ("Reduced tone in legs. PR tone normal", "-anal_tone"),
    (
        "Sensory level T8, spasticity legs, clonus +, plantars ↑↑, reflexes +++",
        "+sensory_level +spasticity_clonus +babinski +reflex_increased",
    ),
    (
        "No sensory level. Plantars ↓↓. Reflexes ++. No clonus.",
        "-sensory_level -babinski -reflex_increased -spasticity_clonus",
    ),
    ("Husband noticed that her speech is slurred and her face is drooping", "+dysarthria +facial_weakness"),
    ("Wife thinks he has had a stroke, left side weak", "+dx_stroke +hemiparesis"),
    ("Fell off ladder 3m, can't move legs, numb below waist", "+trauma +sensory_level"),
    (
        "Consented for epidural: risks infection, bleeding, nerve damage, leg weakness, incontinence",
        "-leg_weakness -urinary_incontinence",
    ),
    ("Epidural 2/7 ago, now bilateral leg weakness and urinary retention", "+paraparesis +urinary_retention"),
    ("Anticoagulated, sudden back pain then leg weakness", "+leg_weakness +back_pain"),
    (
        (
            "Neuro exam: CN II-XII intact, no facial droop, no dysarthria, no pronator drift, power "
            "5/5 all limbs, sensation intact, reflexes 2+, plantars downgoing"
        ),
        "-facial_weakness -dysarthria -arm_weakness -reflex_reduced -babinski -tetraparesis -leg_weakness",
    ),
    (
        "General: NAD. Neuro: GCS 15, no focal neurology. MSK: no leg weakness, gait normal.",
        "-leg_weakness -gait_difficulty",
    ),
    ("Weakness: none. Numbness: none. Bladder: ok. Bowels: ok.", "-leg_weakness -urinary_incontinence"),
    ("PMHx: sciatica, CES decompressed 2018. Presents with ankle sprain", "-dx_ces"),
    (
        (
            "Discharge advice given. Return immediately if: new leg weakness; numbness around the "
            "genitals; loss of bladder or bowel control."
        ),
        "-leg_weakness -saddle_sensory -urinary_incontinence -bowel_incontinence",
    ),
    (
        "Return to ED if:\n- leg weakness\n- numbness between legs\n- unable to pass urine",
        "-leg_weakness -saddle_sensory -urinary_retention",
    ),
    (
        (
            "Safety net: if bladder/bowel disturbance, saddle numbness, bilateral leg weakness or "
            "sexual dysfunction call 999"
        ),
        "-saddle_sensory -paraparesis -urinary_incontinence -sexual_dysfunction",
    ),
    ("Worsening advice given. Leg weakness today 4/5.", "+leg_weakness"),
    ("Advised: no heavy lifting. Leg weakness present for 3 days.", "+leg_weakness"),
    ("LL weakness L>R. Not due to pain.", "+leg_weakness"),
    ("GBS ruled out by LP. Ongoing weakness of legs.", "+leg_weakness -dx_gbs"),
    ("Weakness ?functional, Hoover's positive", "+functional_signs"),
    (
        "no B/B sx, no saddle anesthesia, ambulating independently, no LE weakness",
        "-saddle_sensory -leg_weakness -unable_to_walk",
    ),
    (
        (
            "Pt denies urinary retention/incontinence, saddle anesthesia, LE weakness, fevers, IVDU, "
            "or h/o cancer"
        ),
        "-urinary_retention -urinary_incontinence -saddle_sensory -leg_weakness -fever -ivdu -cancer",
    ),
    (
        "+ LE weakness, + urinary retention, - saddle anesthesia, - fever",
        "+leg_weakness +urinary_retention -saddle_sensory -fever",
    ),
    ("(+) LE weakness (-) saddle anesthesia (-) fever", "+leg_weakness -saddle_sensory -fever"),
    ("+LE weakness -saddle anesthesia", "+leg_weakness"),
    (
        "Positive for leg weakness and gait difficulty. Negative for incontinence and saddle numbness.",
        "+leg_weakness +gait_difficulty -urinary_incontinence -saddle_sensory",
    ),
    ("Neurological: Positive for weakness (legs). Negative for numbness.", "+leg_weakness"),
    (
        (
            "Musculoskeletal: Positive for back pain and gait problem. Genitourinary: Negative for "
            "difficulty urinating."
        ),
        "+back_pain +gait_difficulty -urinary_retention",
    ),
    ("Patient was advised he might develop foot drop; at present none.", "-foot_drop"),
    ("Weakness of right leg more than left, no bladder involvement", "+leg_weakness"),
    ("Legs strong. No give way.", "-leg_weakness"),
    ("Has had no incontinence since the leg weakness began", "+leg_weakness -urinary_incontinence"),
    ("Not weak in the legs", "-leg_weakness"),
    ("Denies that legs are weak", "-leg_weakness"),
    ("Says her legs 'just won't work'", "+leg_weakness"),
    ("Leg weakness: improving. Incontinence: resolved.", "+leg_weakness -urinary_incontinence"),
    ("Leg weakness - R 4/5, L 5/5", "+leg_weakness"),
    (
        "legs weak bilat, worse L. nil bladder/bowel. nil saddle. PR tone NAD.",
        "+leg_weakness -saddle_sensory -anal_tone -urinary_incontinence",
    ),
    (
        "Nil saddle anaesthesia, nil incontinence, nil retention. LL weakness ++",
        "-saddle_sensory -urinary_incontinence -urinary_retention +leg_weakness",
    ),
    ("Hx: 2d leg weakness, no fever/trauma/incontinence", "+leg_weakness -fever -urinary_incontinence"),
    ("no fever/trauma/incontinence; 2d leg weakness", "+leg_weakness"),
    ("no fever trauma or incontinence 2 days leg weakness", "+leg_weakness"),
    (
        (
            "Bladder: frequency, urgency, hesitancy and incontinence since Sunday. Bowels: not opened "
            "4/7, no incontinence."
        ),
        "+urinary_incontinence -bowel_incontinence",
    ),
    ("Bladder ok. Bowels ok. Saddle ok.", "-saddle_sensory"),
    ("?saddle anaesthesia on examination; rectal tone ?reduced", "+saddle_sensory +anal_tone"),
    ("subjective altered perianal sensation but anal tone normal", "+saddle_sensory -anal_tone"),
    ("Saddle sensation: intact to light touch and pinprick", "-saddle_sensory"),
    ("Perianal sensation reduced on left, normal on right", "+saddle_sensory"),
    ("Perianal sensation normal bilaterally, anal squeeze normal", "-saddle_sensory -anal_tone"),
    ("Mother states child has not been walking since yesterday and has leg weakness", "+leg_weakness"),
    ("Carer reports resident off legs and new urinary incontinence", "+unable_to_walk +urinary_incontinence"),
    ("Nursing home resident, 'legs have gone'", "+leg_weakness"),
]


@pytest.mark.parametrize(
    ("note", "finding"), [(note, each) for note, all_of_it in NOTES for each in all_of_it.split()]
)
def test_each_finding_of_a_note_is_read_as_it_is_meant(note: str, finding: str) -> None:
    assert counts(note, f"cs_{finding[1:]}") == (finding[0] == "+")
