"""Pain, injury, infection and other circumstances, as notes, triage lines and forms put it."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, pairs

THERE = {
    "cs_thoracic_pain": """
        thoracic back pain | thoracic pain | mid back pain | thoracic spine pain | interscapular pain |
        pain between shoulder blades | band like pain round chest | band-like chest pain | T-spine pain |
        thoracic spine tenderness | upper back pain | girdle pain | midthoracic pain |
        mid-thoracic back pain | pain between scapulae | pain between the shoulder blades |
        tender over thoracic spine
    """,
    "cs_leg_pain": """
        leg pain | L leg pain | pain in left leg | painful right leg | calf pain | painful calf |
        thigh pain | pain in both legs | legs ache | aching legs | achy legs | sore legs | sore calf |
        LE pain | foot pain | pain R foot | leg is sore | legs hurt | leg hurting | hurting leg | leg ache |
        pain left calf | pain in thigh | painful foot | knee pain | ankle pain | legs painful | legs sore
    """,
    "cs_severe_pain": """
        severe leg pain 9/10 pain | pain 10/10 | 10/10 pain | excruciating pain | severe pain in leg |
        worst pain ever | pain score 9/10 pain | agony | in agony | unbearable pain | pain is excruciating |
        extreme pain | severe back pain | pain 8/10
    """,
    "cs_myalgia": """
        myalgia | muscle pain | muscle ache | muscles sore | sore muscles | muscle tenderness |
        tender muscles | aching muscles | muscles aching | aches in thighs muscle | muscle soreness |
        muscle cramps and pain | tender thighs | tender calf muscles | tender calves | muscle aches |
        muscles tender | muscles painful | muscle stiffness and pain | generalised aches | body aches |
        aching all over
    """,
    "cs_neurogenic_claudication": """
        neurogenic claudication | leg pain on walking relieved by sitting | leans on shopping trolley |
        relieved by sitting down | relieved by bending forward | better leaning forwards |
        symptoms ease on sitting | eases when sits | spinal claudication | relieved by flexion |
        eased by sitting | better when leaning on trolley | relieved with sitting | better with sitting
    """,
    "cs_vascular_claudication": """
        intermittent claudication | calf claudication | claudication | claudicates at 100m | claudicant |
        calf cramp on walking relieved by rest | claudication distance 50 yards | vascular claudication |
        calf pain on walking relieved by standing still | IC 100 yards claudication |
        cramping in calves on walking, settles with rest | claudication at 200 yards
    """,
    "cs_hip_pain": """
        hip pain | L hip pain | pain in right hip | painful hip | groin pain | pain in groin | sore hip |
        hip hurts | hip sore | pain left hip | pain over hip | hip is painful | hip tenderness | groin ache
    """,
    "cs_trauma": """
        RTC | RTA yesterday | MVC | MVA | fell from height | fell off ladder | fall downstairs |
        fell down stairs | fall from horse | hit by car | assaulted | assault | back injury |
        spinal injury | injury to back | trauma to back | lumbar spine fracture | vertebral fracture |
        burst fracture L1 | compression fracture L1 | L1 compression fracture | wedge fracture T12 | T12 # |
        # L1 | L1 # | fractured vertebra | fractured spine | fractured L2 | fracture of L1 | crush injury |
        crushed leg | gunshot wound | GSW | stab wound | stabbed in back | rugby injury |
        sports injury back | lifting injury | car accident | motorcycle crash | motorbike crash |
        came off bike | came off motorbike | thrown from horse | blow to back | kicked by horse |
        leg trauma | blunt trauma to leg | diving accident | polytrauma | fall with head injury |
        hit head after fall | knee injury | soft tissue injury leg | ankle fracture | fractured femur |
        tib fib fracture | pedestrian vs car | struck by vehicle | traumatic back pain
    """,
    "cs_exercise": """
        gym session yesterday | first gym session in years | heavy gym session | marathon on Sunday |
        ran a marathon | 10k run yesterday | spin class | CrossFit yesterday | heavy squats | leg day |
        intense workout | unaccustomed exercise | strenuous exercise | long hike |
        started new exercise class | boot camp | went to gym | excessive exercise | overexertion |
        prolonged exercise | long bike ride | heavy exercise | vigorous exercise | 100 squats |
        overdid it at the gym | long walk up mountain | digging garden all day |
        moving house heavy lifting | half marathon
    """,
    "cs_infection_resp": """
        URTI 2/52 ago | cold 2 weeks ago | recent cold | had a cold last week | flu-like illness |
        chest infection | LRTI | COVID | COVID+ 3/52 ago | covid positive | viral illness | viral URTI |
        sore throat | cough and cold | recent URTI | coryzal symptoms | pneumonia | CAP | tonsillitis |
        influenza | bad cold | head cold | recent infection | cough, fever, viral infection |
        RSV infection | recent viral infection | throat infection | viral syndrome | flu
    """,
    "cs_infection_gi": """
        D+V | D&V last week | diarrhoea 2/52 ago | gastroenteritis | food poisoning | campylobacter |
        campylobacter +ve stool | tummy bug | stomach bug | loose stools | GI upset with diarrhoea |
        diarrhoea and vomiting | vomiting and diarrhea | gastro 2/52 ago | gastro | bloody diarrhoea |
        watery diarrhoea | viral gastro | traveller's diarrhoea | stool culture campylobacter | acute GE |
        dodgy chicken then diarrhoea | diarrhoeal illness | loose motions | upset stomach with diarrhea |
        stomach flu | N/V/D
    """,
    "cs_fever": """
        fever | febrile | pyrexial | pyrexia | T 38.5 febrile | temp 39 fever | rigors | high temperature |
        hot and feverish | fevers and night sweats | fevers | subjective fevers | fever 38.7 |
        low grade fever | spiking temps | temp spike | shivering and fever | rigoring |
        temperature 38.9 febrile | feverish | has a temperature | running a temperature |
        pyrexia of unknown origin
    """,
    "cs_cancer": """
        breast ca | ca breast 2015 | Ca prostate | prostate cancer | metastatic prostate cancer |
        known malignancy | NSCLC | myeloma | multiple myeloma | lymphoma | colorectal ca | bowel cancer |
        RCC | renal cell carcinoma | melanoma 2010 | mets | liver mets | leukaemia | CLL | lung cancer |
        hepatocellular carcinoma | hepatocellular carcinoma (CMS/HCC) | hepatocellular ca |
        cancer in remission | glioblastoma | TCC bladder | bladder tumour malignant | mesothelioma |
        oesophageal ca | pancreatic ca | gastric ca | on chemo for lymphoma | Ca lung with bone mets |
        adenoca of lung | under oncology for breast ca | adenocarcinoma
    """,
    "cs_spinal_mets": """
        spinal mets | bone mets | bony mets | vertebral mets | mets to spine | metastases to spine |
        metastatic disease in spine | spinal metastases | bone metastases | metastatic bone disease |
        vertebral metastasis | mets in L2 | mets to bone | osseous mets | skeletal metastases |
        secondary deposits in spine | bony metastatic disease | thoracic spine mets | lumbar mets |
        bone secondaries | mets in vertebrae
    """,
    "cs_ivdu": """
        IVDU | IVDA | PWID | active IVDU | current IVDU | injects heroin | IV heroin use | injecting drugs |
        IV drug user | intravenous drug use | injects meth | using IV drugs | injects into groin |
        groin injector | active injection drug use | IV methamphetamine use | IV meth | IV fentanyl |
        shooting up heroin
    """,
    "cs_immunosuppression": """
        immunosuppressed | immunocompromised | HIV | HIV positive | HIV+ | HIV +ve | on dialysis |
        HD patient dialysis | renal transplant | kidney transplant recipient | liver transplant | AIDS |
        neutropenic | neutropenic on chemo | ESRD on HD | ESRF on dialysis | haemodialysis |
        peritoneal dialysis | on CAPD | bone marrow transplant | allogeneic BMT |
        post BMT | stem cell transplant |
        immunosuppressed on methotrexate | splenectomy immunosuppressed | CVID | immune deficiency |
        on immunosuppressants | heart transplant | transplant recipient
    """,
    "cs_spinal_procedure": """
        epidural 2/7 ago | s/p laminectomy | s/p L4/5 discectomy | microdiscectomy | spinal fusion |
        spinal anaesthetic 3/7 ago | spinal anaesthesia | LP yesterday | lumbar puncture |
        epidural steroid injection | facet joint injection | nerve root block | spinal surgery |
        back surgery | lumbar decompression | lumbar spine surgery | spinal injection | epidural in labour |
        postop lumbar fusion | TLIF | PLIF | ACDF | caudal epidural | vertebroplasty | spinal block |
        decompressive laminectomy | caudal injection | transforaminal injection
    """,
    "cs_weight_loss": """
        unintentional weight loss | unexplained weight loss | wt loss unintentional |
        lost weight unintentionally | weight loss and night sweats | unexplained wt loss | cachexia |
        cachectic
    """,
    "cs_immobility": """
        bedbound | bed bound 6/12 | ICU stay | ITU stay | recent ITU admission | prolonged ICU admission |
        prolonged hospital stay | bed rest for 3 weeks | deconditioned | deconditioning |
        prolonged immobility | immobile for 2 weeks | bedridden | long hospital stay | prolonged bed rest |
        post ITU | ventilated on ITU for 2/52
    """,
    "cs_functional_signs": """
        Hoover's positive | Hoover's sign +ve | Hoover sign positive | Hoover + | positive Hoover's |
        give-way weakness | giveway weakness | collapsing weakness | variable effort weakness |
        inconsistent weakness | Hoover's +ve | give way pattern | functional weakness signs |
        entrainment of tremor | giveaway weakness | non-anatomical weakness
    """,
    "cs_resting_tremor": """
        rest tremor | resting tremor | pill rolling tremor | bradykinesia | bradykinetic | shuffling gait |
        shuffling | cogwheel rigidity | freezing of gait | festinant gait | cogwheeling |
        parkinsonian gait | hypomimia | reduced arm swing and shuffling | masked face | mask-like face |
        stooped shuffling gait | freezing when walking | cog-wheel rigidity | slow shuffling gait
    """,
    "cs_cognitive_decline": """
        memory loss | memory problems | poor memory | forgetful | cognitive decline | dementia |
        cognitive impairment | MCI | Alzheimer's | confused and forgetful | short-term memory loss |
        memory getting worse | memory poor | memory impairment | increasing forgetfulness | failing memory |
        AMT 5/10 cognitive impairment | vascular dementia
    """,
    "cs_skin_rash_dm": """
        heliotrope rash | Gottron's papules | Gottron papules | heliotrope | shawl sign | mechanic's hands |
        purple rash on eyelids | violaceous rash on eyelids | V-neck rash | Gottron sign |
        photosensitive rash | periorbital heliotrope rash | lilac eyelid rash | rash over knuckles
    """,
    "cs_autonomic": """
        dry mouth | postural hypotension | orthostatic hypotension | postural drop | fixed dilated pupils |
        pupils fixed and dilated | dilated pupils | labile BP | BP labile | mouth dry |
        orthostatic BP drop | autonomic instability | autonomic dysfunction | sluggish dilated pupils |
        postural BP drop 30 | xerostomia | dysautonomia | fluctuating BP
    """,
    "cs_dysautonomia_food": """
        home canned beans | home-canned vegetables | home preserved food | black tar heroin |
        botox injection 1 week ago | cosmetic Botox | home-fermented fish | skin popping | fermented tofu |
        home pickled vegetables | home bottled food | ate home-canned food | Botox last week |
        wound botulism exposure
    """,
    "cs_nitrous": """
        nitrous oxide use | uses nitrous oxide | nitrous oxide daily | laughing gas | inhaling balloons |
        NOS balloons | N2O use | whippets | nangs | balloons recreationally | nitrous oxide misuse |
        whippits | inhales nitrous | recreational NOS | nitrous canisters | gas balloons nitrous |
        whipped cream chargers | cream chargers | uses NOS
    """,
    "cs_seizure_recent": """
        seizure today | had a fit | fitted this morning | fit this morning | witnessed seizure | post-ictal |
        postictal |
        GTCS | tonic clonic seizure | Todd's paresis | ?Todd's paresis | Todds palsy | Todd's palsy |
        convulsion | generalised seizure | seizure x2 | sz today | first seizure | in status |
        status epilepticus
    """,
}

NOT_THERE = {
    "cs_thoracic_pain": """
        no thoracic pain | no thoracic back pain | no T-spine tenderness | no thoracic spine tenderness |
        pleuritic pain
    """,
    "cs_leg_pain": """
        no leg pain | no calf pain | calf not tender | denies leg pain | legs painless | no pain in legs |
        phantom leg pain
    """,
    "cs_severe_pain": """
        no severe pain | pain 2/10 | mild pain | pain not severe
    """,
    "cs_myalgia": """
        no myalgia | no muscle pain | no muscle tenderness | fibromyalgia | muscles not tender |
        polymyalgia rheumatica
    """,
    "cs_vascular_claudication": """
        no claudication | no intermittent claudication | neurogenic claudication | jaw claudication |
        denies claudication
    """,
    "cs_hip_pain": """
        no hip pain | no groin pain | denies hip pain | hip painless | inguinal hernia groin pain
    """,
    "cs_trauma": """
        distal RTA | RTA type 4 | type 1 RTA | renal tubular acidosis (RTA) |
        non-traumatic spinal cord injury |
        no trauma | no history of trauma | nil trauma | no injury | denies trauma | denies injury |
        no recent trauma or falls | no h/o trauma | atraumatic | no head injury | no RTC |
        no preceding trauma | without trauma | kidney injury | acute kidney injury | AKI | birth trauma |
        psychological trauma | childhood trauma | old vertebral fracture | return to clinic RTC 2 weeks |
        RTC in 2/52 | RTC if worse | RTC pending results | RTC as needed |
        pressure injury | lung injury | trauma: none | trauma: no |
        myocardial injury | risk of fracture
    """,
    "cs_exercise": """
        no exercise | exercise advice given | no unaccustomed exercise | exercise tolerance 100m |
        exercise encouraged | no recent strenuous exercise | unable to exercise |
        Graded exercise therapy referral
    """,
    "cs_infection_resp": """
        no URTI | no recent infection | covid negative | covid vaccine | flu jab |
        no recent URTI or gastroenteritis | no viral illness | no preceding infection |
        denies recent illness | cold leg | flu vaccine | COVID test negative |
        no cough, cold or sore throat | flu swab negative
    """,
    "cs_infection_gi": """
        no diarrhoea | no D&V | no D+V | denies diarrhea | no diarrhoea or vomiting | no GI upset |
        no n/v/d | no N/V/D | no nausea, vomiting, diarrhea | stool negative for campylobacter |
        overflow diarrhoea | campylobacter not detected | no vomiting/diarrhoea
    """,
    "cs_fever": """
        no fever | afebrile | apyrexial | denies fever | no fevers | no fever/chills | no f/c |
        no fevers or chills | no fever, chills | fever: no | hay fever | no rigors | return if fever |
        no pyrexia | not febrile | non-febrile | denies fevers, chills | monitor for fever |
        no temp or rigors
    """,
    "cs_cancer": """
        no cancer | no h/o cancer | no history of cancer | FHx breast cancer | mother had breast cancer |
        BCC | basal cell carcinoma | worried about cancer | benign tumour | cancer screening |
        no malignancy | no history of malignancy | FH: bowel ca | no PMH of cancer | no known cancer |
        denies h/o cancer | nil cancer hx | fear of cancer | 2WW cancer referral | sister had melanoma |
        no cancer history | heart failure (HCC) | COPD (CMS-HCC) | depression (HHS/HCC) |
        paraparesis (CMS/HCC) | diabetes (RAF) | renal AML
    """,
    "cs_spinal_mets": """
        no bone mets | no spinal mets | no evidence of bony metastases | no mets | brain mets |
        risk of bone metastases | bone scan negative for metastases | no metastases to spine
    """,
    "cs_ivdu": """
        no IVDU | denies IVDU | denies IV drug use | no IV drug use | never IVDU | no h/o IVDU |
        smokes heroin | injects insulin | no intravenous drug use | IVDU: no | partner IVDU |
        partner injects heroin | IVDU denied | social: no IVDU, no etoh
    """,
    "cs_immunosuppression": """
        HIV negative | HIV -ve | HIV neg | not immunosuppressed | no immunosuppression | HIV test negative |
        hearing aids | no HIV | not immunocompromised | denies HIV | HIV non-reactive | HIV: negative
    """,
    "cs_spinal_procedure": """
        no spinal surgery | no epidural | epidural declined | no recent spinal procedure | no back surgery |
        no recent LP or epidural
    """,
    "cs_weight_loss": """
        no weight loss | weight stable | no wt loss | intentional weight loss | weight loss clinic |
        trying to lose weight | weight loss advice | denies weight loss | no unintentional weight loss |
        no fever or weight loss | dieting weight loss | no unexplained wt loss
    """,
    "cs_functional_signs": """
        Hoover negative | Hoover's sign negative | Hoover -ve | Hoover's negative | no give-way weakness |
        no functional signs | Hoover's absent
    """,
    "cs_resting_tremor": """
        no tremor | no rest tremor | no bradykinesia | no cogwheeling | no rigidity or bradykinesia |
        essential tremor | intention tremor | no rigidity/bradykinesia
    """,
    "cs_cognitive_decline": """
        no memory loss | no cognitive impairment | cognition intact | no dementia | mother with dementia |
        memory clinic leaflet | FHx dementia | memory intact | no memory problems
    """,
    "cs_skin_rash_dm": """
        no heliotrope rash | no rash | no Gottron's papules | no heliotrope or Gottron's |
        no rash of dermatomyositis
    """,
    "cs_autonomic": """
        no dry mouth | no postural drop | no postural hypotension | pupils equal and reactive | PEARL |
        no autonomic features | no orthostatic hypotension | no autonomic dysfunction
    """,
    "cs_dysautonomia_food": """
        no home canned food | denies home-canned food | no Botox | no botox injections |
        denies black tar heroin
    """,
    "cs_nitrous": """
        no nitrous oxide | denies nitrous oxide use | nitric oxide | Entonox in labour | NOS |
        Paralysis NOS | no recreational nitrous | denies nitrous | balloon angioplasty | no NOS use |
        epilepsy NOS use of valproate
    """,
    "cs_seizure_recent": """
        no seizure | no seizures | seizure free | no seizure activity | no convulsions |
        history of seizures | no h/o seizure | no LOC or seizure | fit and well | fit to drive |
        fit for discharge | seizure precautions | denies seizure | no fits
    """,
}


@pytest.mark.parametrize(("concept", "text"), pairs(THERE))
def test_what_is_there_counts(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_THERE))
def test_what_is_not_there_does_not_count(concept: str, text: str) -> None:
    assert not counts(text, concept)
