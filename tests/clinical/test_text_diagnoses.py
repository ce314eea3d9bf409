"""Diagnoses by their common names, as notes, triage lines and forms put it."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, pairs

THERE = {
    "cs_dx_ces": """
        ?CES | ? CES | CES | query cauda equina | ?cauda equina | cauda equina | possible cauda equina |
        r/o cauda equina | rule out CES | cauda equina syndrome | CESI | CES-I | CES-incomplete |
        suspected cauda equina | concern for cauda equina | ?CES MRI requested | cannot rule out CES |
        cauda equina compression | concerns re CES | ?evolving cauda equina | likely CES |
        impending cauda equina syndrome | cauda equina not excluded | MRI ?CES |
        d/w spinal surgeons re ?CES | To exclude cauda equina | acute cauda equina | ?ces | query ces
    """,
    "cs_dx_cord_compression": """
        ?MSCC | MSCC | ?cord compression | cord compression | spinal cord compression |
        r/o cord compression | suspected MSCC | concern for cord compression | metastatic cord compression |
        possible cord compression | ?SCC spinal cord compression | ? spinal cord compression |
        cord compromise | ?MSCC for urgent MRI | impending cord compression | malignant cord compression |
        acute cord compression | epidural spinal cord compression | spinal cord compromise
    """,
    "cs_dx_sea": """
        ?discitis | discitis | spinal epidural abscess | epidural abscess | ?SEA | r/o epidural abscess |
        spondylodiscitis | vertebral osteomyelitis | spinal abscess | L4/5 discitis | ?spinal abscess |
        ?spinal infection | infective discitis | spinal TB | paraspinal abscess | possible SEA |
        extradural abscess | spinal sepsis | infected disc | spinal extradural abscess | diskitis
    """,
    "cs_dx_seh": """
        spinal epidural haematoma | spinal haematoma | ?spinal haematoma |
        epidural haematoma post epidural | extradural haematoma spine | spinal subdural haematoma |
        spinal epidural hematoma | spinal EDH | epidural hematoma lumbar | ?SEH | spinal bleed |
        epidural haematoma of spine
    """,
    "cs_dx_tm": """
        transverse myelitis | ?transverse myelitis | LETM | NMO | NMOSD | myelitis | acute myelitis |
        partial myelitis | MOGAD | idiopathic transverse myelitis | post viral myelitis
    """,
    "cs_dx_cord_infarct": """
        spinal cord infarct | ?cord infarct | spinal stroke | anterior spinal artery syndrome |
        spinal cord infarction | cord ischaemia | spinal ischaemia | anterior cord syndrome |
        spinal cord ischaemia post aortic surgery | cord infarction
    """,
    "cs_dx_gbs": """
        ?GBS | GBS | Guillain-Barre | Guillain Barré syndrome | AIDP | Miller Fisher | ?AIDP |
        probable GBS | MFS variant GBS | AMAN | r/o GBS | Guillian Barre | Guillain barre syndrome (?) |
        possible GBS | GBS likely | suspected Guillain-Barre |
        acute inflammatory demyelinating polyneuropathy |
        acute inflammatory demyelinating polyradiculoneuropathy
    """,
    "cs_dx_stroke": """
        FAST positive | FAST +ve, onset 0900 | BE-FAST positive |
        stroke | CVA | ?CVA | ?stroke | acute stroke | L MCA infarct | LACI | TACS | POCS | LACS |
        ischaemic stroke | ischemic stroke | acute CVA | haemorrhagic stroke | ICH | ICH on CT |
        cerebral infarct | FAST positive ?stroke | r/o CVA | acute infarct | wake-up stroke |
        right MCA stroke | thalamic bleed | lacunar infarct | lacunar stroke | POCI | TACI | PACI |
        stroke call | stroke alert | Code stroke | intracerebral haemorrhage | SAH | pontine infarct |
        cerebellar stroke | ACA infarct | possible stroke | brain bleed | cerebrovascular accident
    """,
    "cs_dx_stroke_old": """
        old CVA | previous stroke | prev CVA | h/o CVA | PMH CVA | PMH: CVA 2015 | past stroke | s/p CVA |
        post-stroke weakness | residual hemiparesis from stroke | old stroke | ex-CVA |
        old lacunar infarcts | prior CVA | hx CVA | Hx of stroke | post stroke |
        history of CVA with residual left weakness | previous TIA/CVA | late effects of CVA |
        old right MCA infarct | old infarct
    """,
    "cs_dx_tia": """
        TIA | ?TIA | TIA today | mini stroke | mini-stroke | transient ischaemic attack |
        transient ischemic attack | crescendo TIA | possible TIA | high risk TIA | TIA symptoms
    """,
    "cs_dx_mg_exac": """
        myasthenia exacerbation | MG flare | MG exacerbation | exacerbation of myasthenia gravis |
        myasthenic exacerbation | worsening MG | worsening myasthenia gravis | MG relapse |
        flare of myasthenia | myasthenia flare | exacerbation of MG | decompensated myasthenia |
        MG deteriorating | myasthenia gravis with acute exacerbation
    """,
    "cs_dx_mg_crisis": """
        myasthenic crisis | ?myasthenic crisis | myasthenia crisis | impending myasthenic crisis |
        MG crisis | in myasthenic crisis | myasthenia gravis crisis | crisis of myasthenia gravis
    """,
    "cs_dx_ali": """
        acute limb ischaemia | ?acute limb ischaemia | acute leg ischaemia | acutely ischaemic leg |
        ischaemic limb acute | embolus to leg | femoral embolus | popliteal embolus |
        acute arterial occlusion leg | acute limb ischemia | acute ischaemic limb | threatened limb |
        acute on chronic limb ischaemia | saddle embolus aorta | acute lower limb ischaemia |
        arterial embolism of leg | acute ischaemia of leg | thrombosed popliteal aneurysm |
        graft occlusion leg | acute femoral artery occlusion | popliteal artery occlusion
    """,
    "cs_dx_rhabdo": """
        rhabdo | rhabdomyolysis | ?rhabdo | rhabdomyolisis | exertional rhabdomyolysis |
        acute rhabdomyolysis | likely rhabdo | muscle breakdown rhabdo |
        rhabdomyolysis secondary to statin | traumatic rhabdomyolysis | r/o rhabdo
    """,
    "cs_dx_hip_fracture": """
        #NOF | # NOF | NOF# | NOF # | fractured NOF | hip # | #hip | hip fracture | fractured hip |
        broken hip | neck of femur fracture | fractured neck of femur | ?#NOF | ?NOF |
        femoral neck fracture | intertrochanteric fracture | intertroch # | subcapital fracture |
        extracapsular NOF | intracapsular #NOF | subtrochanteric fracture | L NOF | R NOF fracture |
        periprosthetic hip fracture | ?hip fracture | greater trochanter fracture
    """,
    "cs_dx_hypoglycaemia": """
        hypoglycaemia | hypoglycaemic | hypoglycemic episode | low BM hypo | hypo this morning |
        low blood sugar | hypoglycemia | severe hypo | low sugars | found hypoglycaemic
    """,
    "cs_pad": """
        PAD | PVD | peripheral vascular disease | peripheral arterial disease | fem-pop bypass |
        fempop bypass | aortobifem | intermittent claudication PVD | CLTI | fem-fem crossover |
        critical limb ischaemia | critical ischaemia leg | arteriopath | known PVD | iliac stent | SFA stent
    """,
    "cs_alcohol": """
        alcoholic | EtOH excess | alcohol excess | heavy alcohol | drinks 60 units/week excess alcohol |
        alcohol dependent | alcohol dependency | alcohol dependence | chronic alcohol excess | EtOH abuse |
        ETOH use disorder | heavy drinker | heavy drinking | excess EtOH | alcohol misuse | binge drinking |
        chronic EtOH use | ETOH abuse
    """,
    "cs_diabetes": """
        T2DM | IDDM | NIDDM | diabetic | type 2 DM | DM type 2 | DM2 | DMT2 | insulin dependent diabetic |
        type II diabetes | T1DM | LADA | steroid-induced diabetes | Diabetes mellitus type 2 |
        type 2 diabetic
    """,
    "cs_dx_hereditary_nm": """
        CMT | Charcot-Marie-Tooth | muscular dystrophy | myotonic dystrophy | FSHD | Duchenne |
        limb girdle muscular dystrophy | LGMD | spinal muscular atrophy | HMSN | Kennedy's disease |
        hereditary spastic paraparesis | DMD | hereditary neuropathy | CMT1A |
        hereditary spastic paraplegia | Becker muscular dystrophy
    """,
    "cs_dx_longstanding_paralysis": """
        paraplegic since 1990 | old spinal cord injury | longstanding paraplegia |
        wheelchair bound since childhood | cerebral palsy | spina bifida | old polio | post-polio |
        post polio syndrome | chronic paraplegia | long-standing tetraplegia | wheelchair user long term |
        chronic SCI | polio as a child | tetraplegic since 2001
    """,
    "cs_dx_ms": """
        MS (relapsing remitting) | MS - relapsing-remitting | MS, secondary progressive |
        relapsing and remitting MS | MS (primary progressive) | MS: relapsing form
    """,
}

NOT_THERE = {
    "cs_dx_ces": """
        no CES | CES excluded | CES ruled out | no cauda equina | no signs of cauda equina |
        no evidence of cauda equina syndrome | no features of cauda equina | no symptoms of cauda equina |
        CES leaflet given | CES safety net | CES red flags discussed | cauda equina safety netting |
        cauda equina warning given | no CES red flags | no CES symptoms | cauda equina advice |
        risk of CES | MRI: no cauda equina compression | no cauda equina sx | CES advice given |
        safety netted re CES | safety net for cauda equina | return if cauda equina symptoms |
        no red flags for CES | no red flags for cauda equina | CES: negative | cauda equina normal |
        No concern for cauda equina | cauda equina symptoms: none | nil cauda equina |
        no cauda equina concerns | cauda equina info sheet | cauda equina card |
        denies cauda equina symptoms | cauda equina: no | cauda equina red flags: nil |
        cauda equina screen negative | no concerning features for cauda equina |
        does not have cauda equina | cauda equina unlikely | unlikely CES | low suspicion for cauda equina |
        low suspicion of CES
    """,
    "cs_dx_cord_compression": """
        no cord compression | no evidence of cord compression | MSCC excluded | at risk of MSCC |
        MSCC alert card given | MSCC leaflet | no MSCC | cord compression ruled out |
        umbilical cord compression | no spinal cord compression | MSCC advice | safety netted re MSCC
    """,
    "cs_dx_sea": """
        no epidural abscess | no discitis | discitis excluded | no evidence of discitis |
        risk of epidural abscess | no SEA | South East Asia | at sea | no discitis or osteomyelitis |
        no evidence of spinal infection | complications of epidural: abscess, haematoma
    """,
    "cs_dx_seh": """
        no spinal haematoma | no epidural haematoma | risk of spinal haematoma |
        no evidence of epidural hematoma | haematoma excluded | extradural haematoma head injury |
        risk of epidural haematoma explained
    """,
    "cs_dx_tm": """
        no myelitis | osteomyelitis | no transverse myelitis | poliomyelitis | TM intact | TMs clear
    """,
    "cs_dx_gbs": """
        no GBS | GBS positive swab | GBS in pregnancy | GBS carrier | GBS excluded | previous GBS 2010 |
        h/o GBS | Group B strep GBS | not GBS | GBS unlikely | GBS screening | risk of GBS |
        GBS bacteriuria | GBS+ mother
    """,
    "cs_dx_stroke": """
        FAST negative | FAST -ve | FAST scan positive for free fluid | fast positive pressure |
        no stroke | old stroke | previous CVA | CVA 2015 | h/o CVA | PMH CVA | PMH: stroke 2010 |
        stroke excluded | stroke ruled out | heat stroke | stroke volume | stroke risk | FHx stroke |
        father had stroke | stroke prevention | NIH stroke scale | stroke unlikely | no evidence of stroke |
        no acute stroke | no acute infarct | s/p CVA 2012 | ex-CVA | prev CVA | stroke clinic |
        stroke rehab for old stroke | risk of stroke | stroke mimic | CVA tenderness | no CVA tenderness |
        costovertebral angle CVA tenderness
    """,
    "cs_dx_stroke_old": """
        no previous stroke | no h/o CVA | no history of stroke | FHx of stroke | father had old stroke
    """,
    "cs_dx_tia": """
        no TIA | previous TIA | h/o TIA | TIA 2015 | no stroke or TIA | no h/o TIA | FHx TIA | TIA excluded
    """,
    "cs_dx_mg_exac": """
        no MG exacerbation | no exacerbation of myasthenia | MG stable |
        myasthenia gravis without exacerbation | risk of myasthenic exacerbation |
        drugs that may exacerbate myasthenia
    """,
    "cs_dx_mg_crisis": """
        no myasthenic crisis | risk of myasthenic crisis | myasthenic crisis 2015 |
        previous myasthenic crisis | h/o myasthenic crisis
    """,
    "cs_dx_ali": """
        no limb ischaemia | no acute limb ischaemia | acute lung injury ALI |
        no evidence of limb ischaemia | chronic limb ischaemia | limb ischaemia excluded |
        acute liver injury | no acute on chronic limb ischaemia
    """,
    "cs_dx_rhabdo": """
        no rhabdo | no rhabdomyolysis | rhabdo excluded | risk of rhabdomyolysis | previous rhabdo 2015 |
        no evidence of rhabdomyolysis | rhabdomyosarcoma
    """,
    "cs_dx_hip_fracture": """
        no hip fracture | no #NOF | no NOF fracture | hip fracture excluded | XR: no fracture hip |
        old hip fracture | previous #NOF | risk of hip fracture | ?hip fracture - excluded on XR |
        no evidence of hip fracture | hip fracture 2015
    """,
    "cs_dx_hypoglycaemia": """
        no hypos | no hypoglycaemia | risk of hypo | denies hypos | hypo awareness intact | return if hypo |
        no recent hypos
    """,
    "cs_pad": """
        no PVD | no PAD | incontinence pad | no peripheral vascular disease | PVD vitreous | heating pad
    """,
    "cs_alcohol": """
        no alcohol | no EtOH excess | ETOH: nil | ETOH nil | no alcohol excess | no alcohol abuse | NAFLD |
        social alcohol | denies EtOH | father alcoholic | no h/o alcohol abuse | non-alcoholic
    """,
    "cs_diabetes": """
        no diabetes | not diabetic | non-diabetic | FHx diabetes | FHx T2DM | no DM | no h/o DM |
        prediabetes | mother diabetic | gestational diabetes | diabetes insipidus
    """,
    "cs_dx_ms": """
        MS | MS 10 mg | MS (morphine sulphate) | MS (morphine sulphate) relapsing pain | MS exam normal |
        MS: alert and orientated | MS relapsing remitting ruled out | ms relapsing | MS Contin
    """,
    "cs_dx_hereditary_nm": """
        Henoch-Schonlein HSP | no muscular dystrophy | FHx CMT | brother has DMD
    """,
}


@pytest.mark.parametrize(("concept", "text"), pairs(THERE))
def test_what_is_there_counts(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_THERE))
def test_what_is_not_there_does_not_count(concept: str, text: str) -> None:
    assert not counts(text, concept)
