"""Face, speech, swallowing and breath, as notes, triage lines and forms put it."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, pairs

THERE = {
    "cs_ptosis_diplopia": """
        ptosis | R ptosis | bilateral ptosis | droopy eyelids | eyelids drooping | drooping eyelids |
        drooping of eyelid | double vision | seeing double | diplopia | diplopia on upgaze |
        ophthalmoparesis | eyes drooping | lids droop | fatiguable ptosis | fatigable ptosis |
        left lid droop | binocular diplopia | complex ophthalmoplegia | eyelid ptosis
    """,
    "cs_dysphagia": """
        dysphagia | difficulty swallowing | can't swallow | trouble swallowing | choking on food |
        choking on water | choking on drinks | coughing when drinking | coughing on liquids |
        swallow unsafe | failed swallow screen | failed bedside swallow | swallowing problems |
        struggling to swallow | swallowing difficulties | nasal regurgitation | unable to swallow saliva |
        pooling of secretions | bulbar symptoms | bulbar weakness | impaired swallow | NBM unsafe swallow |
        problems with swallowing | issues swallowing | unable to manage secretions
    """,
    "cs_dysarthria": """
        slurred speech | speech slurred | slurring | slurring speech | slurring her words |
        slurring his words | speech is slurred | nasal speech | nasal voice | dysarthria | dysarthric |
        speech nasal | mumbled speech | slurry speech | speech slurry | slurred words | hypernasal speech |
        speech disturbance | nasal quality to voice | indistinct speech | FAST positive: slurred speech
    """,
    "cs_facial_weakness": """
        facial droop | left facial droop | face drooping | face dropped | facial weakness |
        FAST +ve facial droop | droopy face | facial palsy | R facial weakness | L UMN facial weakness |
        face asymmetrical | facial asymmetry | bilateral facial weakness | bifacial weakness |
        LMN facial weakness | VII palsy | CN VII palsy | VIIth nerve palsy | 7th nerve palsy |
        mouth drooping | drooping mouth | drooping of mouth | mouth droops on left |
        one side of face drooped | side of face dropped | facial drooping | left sided facial weakness |
        right sided facial droop | face weak | drooped face | facial droop present
    """,
    "cs_aphasia": """
        dysphasia | aphasia | expressive dysphasia | word finding difficulty | word-finding difficulties |
        can't find words | can't get words out | unable to get her words out | unable to speak |
        garbled words dysphasic | receptive dysphasia | speech arrest | difficulty finding words |
        difficulty getting words out | struggling to find words | unable to talk | lost speech |
        loss of speech | unable to understand speech | jumbled words | speaking gibberish
    """,
    "cs_hemisensory_neglect": """
        left neglect | visual inattention | left-sided neglect | hemineglect | neglecting left side |
        homonymous hemianopia | R homonymous hemianopia | L HH | hemianopia | gaze deviation to right |
        eyes deviated to left | gaze deviated to right | forced gaze deviation | sensory inattention |
        inattention left | hemisensory loss | left hemisensory loss | eye deviation | numb down one side |
        numbness down left side | left-sided numbness | right sided numbness | hemianesthesia
    """,
    "cs_visual_balance": """
        visual loss | sudden loss of vision | lost vision in left eye | can't see out of left eye |
        visual field loss | visual field defect | vision loss | blurred vision sudden loss of vision |
        amaurosis fugax | lost sight
    """,
    "cs_dyspnoea": """
        SOB | SOB at rest | SOBAR | short of breath | breathless | out of breath | can't breathe |
        can't breathe properly | can't catch breath | difficulty breathing | struggling to breathe |
        laboured breathing | dyspnoea | dyspnea | DIB | difficulty in breathing | WOB increased |
        increased WOB | breathing difficulties | respiratory distress | tachypnoeic and breathless | SOB++ |
        shallow breathing | trouble breathing | using accessory muscles | breathing worse | breathlessness |
        hard to breathe | unable to complete sentences | speaking in short sentences | weak cough |
        unable to cough | paradoxical breathing | abdominal paradox
    """,
    "cs_orthopnoea": """
        orthopnoea | orthopnea | can't lie flat | unable to lie flat | breathless lying flat |
        SOB lying flat | SOB when lying flat | short of breath when lying down | sleeping upright |
        sleeping in a chair due to breathing | sleeps propped up | breathless when supine |
        can't breathe when lying down | 3 pillow orthopnoea | 2-pillow orthopnea | dyspnoea when supine |
        needs to sit up to breathe
    """,
    "cs_resp_failure": """
        respiratory failure | type 2 respiratory failure | T2RF | T1RF | type II resp failure |
        acute resp failure | hypercapnic respiratory failure | ventilatory failure |
        impending respiratory failure | neuromuscular respiratory failure |
        intubated for respiratory failure | hypercapnic resp failure |
        acute on chronic respiratory failure | needing NIV for respiratory failure |
        respiratory muscle weakness | diaphragmatic weakness | acute hypoxic respiratory failure |
        acute hypoxaemic respiratory failure | AHRF
    """,
}

NOT_THERE = {
    "cs_ptosis_diplopia": """
        no ptosis | no diplopia | no double vision | denies diplopia | no ptosis or diplopia |
        no droopy eyelids | no diplopia/ptosis | diplopia: no
    """,
    "cs_dysphagia": """
        no dysphagia | swallow safe | no difficulty swallowing | no trouble swallowing |
        passed swallow screen | no bulbar symptoms | swallow screen passed | no bulbar weakness |
        no problems swallowing | swallow: normal
    """,
    "cs_dysarthria": """
        no slurred speech | speech normal | no dysarthria | speech not slurred | no slurring |
        speech clear | no slurring of speech | no dysarthria or dysphasia | no speech disturbance
    """,
    "cs_facial_weakness": """
        no facial droop | no facial weakness | face symmetrical | no facial asymmetry | no face drooping |
        facial droop: no | FAST negative no facial droop | no facial droop or arm weakness | no facial palsy
    """,
    "cs_aphasia": """
        no dysphasia | no aphasia | no word finding difficulty | speech normal |
        no dysphasia or dysarthria | speech fluent
    """,
    "cs_hemisensory_neglect": """
        no neglect | self-neglect | no hemianopia | no gaze deviation | no inattention | child neglect
    """,
    "cs_visual_balance": """
        no visual loss | no loss of vision | visual fields full | no visual field defect | no vision loss
    """,
    "cs_dyspnoea": """
        no SOB | not SOB | not short of breath | no dyspnoea | no difficulty breathing | denies SOB |
        no SOB/CP | denies CP or SOB | chronic SOB | SOBOE | breathing comfortably | not breathless |
        no breathlessness | SOB: no | return if SOB | no respiratory distress | sob story | sat on SOB
    """,
    "cs_orthopnoea": """
        no orthopnoea | able to lie flat | lies flat | no orthopnea or PND |
        unable to lie flat due to back pain | can't lie flat because of pain
    """,
    "cs_resp_failure": """
        no respiratory failure | at risk of respiratory failure | monitor for respiratory failure |
        risk of resp failure | no evidence of respiratory failure | chronic respiratory failure on home O2
    """,
}


@pytest.mark.parametrize(("concept", "text"), pairs(THERE))
def test_what_is_there_counts(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_THERE))
def test_what_is_not_there_does_not_count(concept: str, text: str) -> None:
    assert not counts(text, concept)
