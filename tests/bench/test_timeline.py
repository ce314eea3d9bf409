"""The time line shows every dated finding in its lane, and the windows of the red flags as they are."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from cards.findings import Stance
from cds_service import fixtures
from cds_service.bench import timeline_bands, timeline_marks
from cds_service.bench.anchors import anchor
from cds_service.bench.time_axis import Axis
from cds_service.bench.timeline import NARROW, WIDE, timeline
from cds_service.bench.timeline_parts import Drawn, Lane, Picture
from cds_service.explained import Explained
from tests.bench.explanations import of_chart, of_fixture, pictures, rendered
from tests.clinical.bedside import Resource, condition, exam, instant, measured, medicine, weakness

SADDLE = "sciatica-with-saddle-numbness"


def drawn(picture: Picture) -> list[Drawn]:
    return [mark for lane in picture.lanes for row in lane.rows for mark in row]


def lane(picture: Picture, title: str) -> Lane:
    return next(one for one in picture.lanes if one.title == title)


def many_findings() -> Explained:
    values = [measured("CK", 100 + day, "U/L", at=f"{day + 1} days") for day in range(120)]
    problems = [condition(f"Weakness of left leg, note {n}", since=f"{3 * n + 1} days") for n in range(60)]
    others = [exam("Fasciculations", at=f"{n + 1} hours") for n in range(20)]
    return of_chart(*values, *problems, *others)


@pytest.mark.parametrize("name", fixtures.names())
def test_every_dated_finding_of_a_fixture_stands_on_the_line_and_in_the_table(name: str) -> None:
    told = of_fixture(name)
    dated = {finding.source.reference for finding in told.done.chart.findings if finding.when}
    marks = timeline_marks.marks(told, told.words(UTC))
    assert {finding.source.reference for mark in marks for finding in mark.findings} == dated
    made = timeline(told, UTC)
    assert {row.reference for row in made.rows} == dated
    for picture in (made.wide, made.narrow):
        assert len(drawn(picture)) == len(marks)


@pytest.mark.parametrize("told", [*map(of_fixture, fixtures.names()), many_findings()])
def test_nothing_of_a_row_overlaps_and_all_of_it_is_in_the_picture(told: Explained) -> None:
    made = timeline(told, UTC)
    for picture, form in ((made.wide, WIDE), (made.narrow, NARROW)):
        for one in picture.lanes:
            for row in one.rows:
                boxes = sorted(mark.box for mark in row)
                assert all(first[1] < then[0] for first, then in itertools.pairwise(boxes))
        for mark in drawn(picture):
            assert 0 <= mark.box[0] < mark.box[1] <= form.width
            assert all(mark.box[0] <= dot <= mark.box[1] for dot in mark.dots)


def test_lanes_and_rows_follow_each_other_without_overlap() -> None:
    picture = timeline(of_fixture(SADDLE), UTC).wide
    for above, below in zip(picture.lanes, picture.lanes[1:], strict=False):
        assert above.y + above.height == pytest.approx(below.y)
    for one in picture.lanes:
        heights = [row[0].y for row in one.rows]
        assert all(one.y < y < one.y + one.height for y in heights)
        assert all(then - first >= 24 for first, then in itertools.pairwise(heights))


def test_only_lanes_that_hold_something_are_shown_in_the_order_of_the_content() -> None:
    told = of_fixture(SADDLE)
    titles = list(timeline_marks.lanes(told).values())
    shown = [one.title for one in timeline(told, UTC).wide.lanes]
    assert shown == [title for title in titles if title in shown]
    assert "Imaging and nerve studies" not in shown


def test_the_shade_is_the_window_of_the_feature_in_its_lane() -> None:
    """Saddle numbness counts for 28 days."""
    told = of_fixture(SADDLE)
    picture = timeline(told, UTC).wide
    days = told.knowledge.features["saddle_sensory_loss"].window_days
    assert days is not None
    (shade,) = lane(picture, "Sensation").shades
    oldest = [finding.when.earliest for finding in told.done.chart.findings if finding.when]
    axis = Axis.over(oldest, told.as_of, WIDE.left, WIDE.right)
    assert shade.x == pytest.approx(axis.x(told.as_of - timedelta(days=days)))
    assert shade.x + shade.width == pytest.approx(WIDE.right)
    assert shade.full == "Cauda equina syndrome: saddle numbness within 4 weeks"


@pytest.mark.parametrize("name", fixtures.names())
def test_each_feature_of_a_red_flag_has_its_window_and_nothing_else_has(name: str) -> None:
    told = of_fixture(name)
    flags = told.done.assessment.red_flags if told.done.assessment else ()
    features = told.knowledge.features
    wanted = {
        (features[each].group, features[each].window_days)
        for flag in flags
        for each in flag.support
        if features[each].shape not in ("derived_time", "laterality", "patient", "before_onset")
        and not features[each].window_by_value
    }
    shown = {
        (band.lane, None if band.start is None else (told.as_of - band.start).days)
        for band in timeline_bands.bands(told, told.words(UTC))
        if band.end == told.as_of
    }
    assert shown == wanted


def test_an_infection_counts_before_the_weakness_began_and_not_until_now() -> None:
    told = of_fixture("ascending-weakness-with-low-vital-capacity")
    onset = timeline_bands.onset_of(told)
    (band,) = (band for band in timeline_bands.bands(told, told.words(UTC)) if band.lane == "context")
    assert onset is not None
    assert (band.start, band.end) == (onset.earliest - timedelta(days=42), onset.latest)


def test_the_beginning_of_the_weakness_is_a_line() -> None:
    made = timeline(of_fixture("paralysis-with-low-potassium"), UTC)
    assert made.wide.onset is not None
    assert made.wide.onset.label.text == "weakness began 5 hours ago"
    assert timeline(of_fixture("back-pain-weakness-denied"), UTC).wide.onset is None


def test_what_was_only_found_on_examination_is_not_said_to_have_begun_then() -> None:
    made = timeline(of_fixture("sciatica-with-saddle-numbness"), UTC)
    assert made.wide.onset is not None
    assert made.wide.onset.label.text == "weakness first recorded 1 hour ago"
    assert made.onset.startswith("first recorded: ")


def marks_of(*resources: Resource) -> list[timeline_marks.Mark]:
    return marks_of_told(of_chart(*resources))


def marks_of_told(told: Explained) -> list[timeline_marks.Mark]:
    return timeline_marks.marks(told, told.words(UTC))


def test_what_is_denied_is_hollow_and_says_no() -> None:
    (mark,) = marks_of(exam("Saddle numbness", answer=False))
    assert (mark.look, mark.label) == ("absent", "no saddle numbness")


@pytest.mark.parametrize("stance", [Stance.HISTORICAL, Stance.HYPOTHETICAL, Stance.OTHER_PERSON])
def test_what_is_not_so_now_of_this_patient_is_aside_and_says_why(stance: Stance) -> None:
    told = of_chart(exam("Babinski sign", answer=None))
    (finding,) = told.done.chart.findings
    other = replace(finding, hits=tuple(replace(hit, stance=stance) for hit in finding.hits))
    told = replace(told, done=replace(told.done, chart=replace(told.done.chart, findings=(other,))))
    (mark,) = marks_of_told(told)
    assert mark.look == "aside"
    assert mark.label == f"Babinski sign ({stance.value})"


def test_what_is_over_says_so_and_ends() -> None:
    ended = condition(
        "Low back pain", since="3 months", status="resolved", abatementDateTime=instant("50 days")
    )
    (mark,) = marks_of(ended)
    told = of_chart(ended)
    assert (mark.look, mark.label) == ("aside", "Low back pain (over)")
    until = mark.until(told.as_of)
    assert until is not None
    assert timedelta(days=49) < told.as_of - until < timedelta(days=51)


def test_a_problem_and_a_medicine_go_on_until_now_and_an_examination_does_not() -> None:
    told = of_chart(weakness(), medicine("Prednisolone 20 mg tablet"), exam("Fasciculations"))
    until = {mark.newest.label: mark.until(told.as_of) for mark in marks_of_told(told)}
    assert until["Weakness of both legs"] == until["Prednisolone 20 mg tablet"] == told.as_of
    assert until["Fasciculations"] is None


def test_repeated_values_are_one_mark_with_the_newest_and_their_number() -> None:
    values = [measured("CK", 100 + day, "U/L", at=f"{day} days") for day in (1, 9, 30, 90, 300)]
    told = of_chart(*values)
    (mark,) = drawn(timeline(told, UTC).wide)
    assert mark.label.text == "CK 101 U/L ×5"
    assert len(mark.dots) == 5
    assert len(timeline(told, UTC).rows) == 5


def test_the_same_words_of_two_days_are_two_marks_of_which_the_problem_goes_on() -> None:
    told = of_chart(weakness(since="40 days"), exam("Weakness of both legs", answer=None))
    assert [mark.until(told.as_of) for mark in marks_of_told(told)] == [told.as_of, None]


def test_the_same_words_of_one_day_are_one_mark() -> None:
    (mark,) = marks_of(exam("Babinski sign", at="1 hour"), exam("Babinski sign", at="1 hour"))
    assert mark.label == "Babinski sign ×2"


def test_a_window_that_is_longer_than_the_record_is_shown_to_its_beginning() -> None:
    told = of_chart(weakness(since="5 hours"), exam("Saddle numbness"))
    (shade,) = lane(timeline(told, UTC).wide, "Sensation").shades
    assert shade.x > WIDE.left


def test_a_label_that_is_cut_keeps_the_number_of_repeats() -> None:
    marks = drawn(timeline(many_findings(), UTC).narrow)
    texts = [mark.label.text for mark in marks]
    assert "Weakness of left leg, note 0 ×60" not in texts
    assert any(text.startswith("Weakness of") and text.endswith("… ×60") for text in texts)


def test_two_hundred_findings_stay_readable() -> None:
    told = many_findings()
    assert len([finding for finding in told.done.chart.findings if finding.when]) >= 200
    made = timeline(told, UTC)
    assert made.wide.height < 900
    assert made.narrow.height < 1200
    assert len(made.rows) >= 200


def test_a_vague_date_is_a_bar_over_its_span() -> None:
    told = of_chart(weakness() | {"onsetDateTime": instant("400 days")[:4]})
    (mark,) = drawn(timeline(told, UTC).wide)
    assert mark.bars
    assert not mark.dots


def test_a_mark_leads_to_its_resource_and_tells_the_whole_of_a_long_label() -> None:
    text = "Low back pain after lifting a heavy box in the cellar of a friend, again and again for days"
    entry = condition(text)
    (mark,) = drawn(timeline(of_chart(entry), UTC).wide)
    assert mark.href == "#" + anchor(f"Condition/{entry['id']}")
    assert mark.label.text.endswith("…")
    assert text in mark.full


def test_findings_without_a_date_are_counted_beside_the_line() -> None:
    page = rendered("_timeline.html", timeline=timeline(of_chart(condition("Diabetes", since=None)), UTC))
    assert "Without a date, and so not on the line: 1 finding." in page


@pytest.mark.parametrize("name", fixtures.names())
def test_the_time_line_of_a_fixture_is_a_picture_without_style_or_script(name: str) -> None:
    page = rendered("_timeline.html", timeline=timeline(of_fixture(name), UTC))
    assert "style=" not in page
    assert "<script" not in page
    if "<svg" in page:
        for picture in pictures(page):
            links = list(picture.iter("a"))
            assert links
            assert all(link.find("title") is not None for link in links)
            assert all(link.get("href", "").startswith("#resource-") for link in links)


def test_markup_in_a_record_is_text_in_the_picture() -> None:
    text = 'Low back pain <script>alert("1")</script> & "more" <b>'
    page = rendered("_timeline.html", timeline=timeline(of_chart(condition(text)), UTC))
    assert "<script" not in page
    assert "<b>" not in page
    assert len(pictures(page)) == 2
    assert text in "".join(pictures(page)[0].itertext())
