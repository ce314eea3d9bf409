"""Muscles: sore after sport, breaking down, inflamed by a drug, or long diseased."""

from __future__ import annotations

from tests.clinical.bedside import condition, medicine, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_in_period,
    begun_on,
    charted,
    form,
    given,
    lab,
    note,
    ordinary,
    printed,
    taking,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("CK 60,000 after exercise is no plain soreness", critical="rf_rhabdo")
def very_high_ck_after_exercise() -> Charts:
    yield patient(
        condition("Myalgia", code="snomed 68962001", since="1 day"),
        condition("Generalised weakness", code="icd10cm R53.1", since="1 day"),
        lab("Creatine kinase", 60000, "U/L", code="loinc 2157-6", flag="HH"),
        condition("Intense exercise", since="2 days"),
    )
    yield patient(
        visit("Muscle pain and weakness after first CrossFit class", at="1 day"),
        begun_on(condition("Generalized muscle weakness with muscle soreness"), "1 day"),
        printed("CK", "60,000 U/L"),
        *ordinary(),
        age=24,
    )


@story("Sore legs the day after the gym, the hour of onset known: no stroke", first="doms")
def sore_legs_after_the_gym() -> Charts:
    yield patient(
        condition("Weakness and muscle soreness of legs after first gym session", since="14 hours"),
        condition("Unaccustomed exercise", since="1 day"),
        age=27,
    )
    yield patient(
        condition("Legs weak after leg day, muscles sore: myalgia", since="14 hours"),
        form(("Unaccustomed or intense exercise in the last 3 days?", True), ("Dark urine?", False)),
        age=27,
    )


@story(
    "Both legs worse over twelve days, CK 1,500, no pain", critical="rf_rapid_bilateral", warning="rf_ck_high"
)
def both_legs_worse_with_raised_ck() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs, worsening"), "12 days"),
        lab("Creatine kinase", 1500, "U/L", code="loinc 2157-6", at="1 day", high=190, flag="H"),
    )
    yield patient(
        begun_in_period(condition("Progressive bilateral leg weakness"), "12 days"),
        lab("CK (serum)", 25.0, "ukat/L", at="1 day"),
        *ordinary(),
    )


@story("Legs still more sore a day and a half after exercise", first="doms")
def still_worse_after_exercise() -> Charts:
    yield patient(
        condition("Weakness of both legs, worsening", since="36 hours"),
        condition("Muscle pain", code="snomed 68962001", since="36 hours"),
        condition("Strenuous exercise", since="2 days"),
    )
    yield patient(
        condition("Both legs weak and sore muscles, getting worse, after long run", since="36 hours"),
        *ordinary(),
        age=31,
    )


@story("A muscular dystrophy with its usual CK", silent=True)
def dystrophy_with_its_usual_ck() -> Charts:
    yield patient(
        on_problem_list("Becker muscular dystrophy", code="icd10cm G71.01", since="12 years"),
        on_problem_list("Leg weakness", since="3000 days"),
        lab("Creatine kinase", 9000, "U/L", code="loinc 2157-6", flag="HH"),
        age=24,
    )
    yield patient(
        on_problem_list("Muscular dystrophy", code="snomed 73297009", since="12 years"),
        begun_on(on_problem_list("Weakness of legs"), "3000 days"),
        printed("Creatine kinase", "9000 U/L"),
        *ordinary(),
        age=24,
    )


@story("Dark urine on a statin, no muscle symptom")
def dark_urine_on_a_statin() -> Charts:
    yield patient(
        condition("Generalised weakness", code="icd10cm R53.1", since="5 days"),
        condition("Dark urine", code="snomed 48165008", since="2 days"),
        medicine("simvastatin 40 mg tablet", code="rxnorm 36567"),
    )
    yield patient(
        visit("Feels weak, generalised weakness", at="5 days"),
        charted("Urine colour", "Dark urine"),
        taking("rosuvastatin 10 mg"),
        *ordinary(),
    )


@story("Checkpoint inhibitor, drooping eyelid", critical="rf_ici")
def inhibitor_and_drooping_eyelid() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs"), "10 days"),
        condition("Ptosis of eyelid", code="snomed 11934000", since="6 days"),
        given("nivolumab 480 mg", "40 days", code="rxnorm 1597876"),
    )
    yield patient(
        visit("Weakness of both legs, drooping eyelid, double vision", at="10 days"),
        medicine("Keytruda (pembrolizumab) 200 mg infusion", since="40 days", status="completed"),
        *ordinary(),
    )


@story("Checkpoint inhibitor, tired, CK 1,500", critical="rf_ici")
def inhibitor_tired_with_raised_ck() -> Charts:
    yield patient(
        condition("Generalised weakness", code="icd10cm M62.81", since="10 days"),
        lab("Creatine kinase", 1500, "U/L", code="loinc 2157-6", at="1 day"),
        given("pembrolizumab 200 mg infusion", "20 days", code="rxnorm 1547545"),
    )
    yield patient(
        visit("Tired, generalised weakness", at="10 days"),
        begun_on(condition("Generalised weakness"), "10 days"),
        printed("Creatine kinase", "1500 U/L", at="1 day"),
        given("ipilimumab", "30 days", code="rxnorm 1094833"),
    )


@story("Duchenne dystrophy, dark urine, CK 30,000", critical="rf_rhabdo")
def dystrophy_with_dark_urine() -> Charts:
    yield patient(
        on_problem_list("Duchenne muscular dystrophy", code="icd10cm G71.01", since="10 years"),
        on_problem_list("Proximal muscle weakness", code="snomed 249939004", since="3000 days"),
        lab("Creatine kinase", 30000, "U/L", code="loinc 2157-6", flag="HH"),
        condition("Myoglobinuria", code="icd10cm R82.1", since="1 day"),
        age=14,
        gender="male",
    )
    yield patient(
        on_problem_list("Duchenne", since="10 years"),
        on_problem_list("Proximal weakness of legs", since="3000 days"),
        lab("CK", 30000, "IU/L"),
        charted("Urine", "Cola-coloured urine since yesterday"),
        age=14,
        gender="male",
    )


@story("A weak leg, statin, no pain and no CK: no statin myopathy", never="statin_myopathy")
def statin_without_muscle_symptom() -> Charts:
    yield patient(
        condition("Weakness of left leg", since="20 days"),
        medicine("atorvastatin 20 mg tablet", code="rxnorm 83367", since="900 days"),
        age=60,
    )
    yield patient(
        begun_on(condition("Left leg weakness"), "20 days"), taking("Crestor 10 mg"), *ordinary(), age=60
    )


@story("Young, and only stairs are hard: no loss of condition is offered", never="deconditioning")
def young_with_trouble_on_stairs() -> Charts:
    yield patient(condition("Difficulty climbing stairs", since="20 days"), age=27)
    yield patient(visit("Trouble with stairs", at="2 hours"), *ordinary(), age=27)


@story("Injects drugs: drooping lids, weak face, swallowing hard", critical="rf_botulism", first="botulism")
def wound_botulism() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs"), "2 days"),
        condition("Bilateral ptosis", code="snomed 11934000", since="2 days"),
        condition("Dysphagia", code="snomed 40739000", since="2 days"),
        condition("Facial weakness", code="snomed 95666008", since="2 days"),
        on_problem_list("Intravenous drug user", code="snomed 228388006", since="2 years"),
        age=36,
    )
    yield patient(
        visit("Double vision, difficulty swallowing, weak legs", at="1 day", kind="EMER"),
        begun_on(condition("Bilateral leg weakness"), "2 days"),
        note("Ptosis both sides, diplopia, bilateral facial weakness, dysphagia.", at="3 hours"),
        on_problem_list("Injects heroin, IVDU", since="2 years"),
        age=36,
    )
