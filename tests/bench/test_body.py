"""The picture of the body: what is recorded where and on which side, and what is denied."""

from __future__ import annotations

import itertools

import pytest

from cards import body_marks
from cds_service import fixtures
from cds_service.bench import body_figure
from cds_service.bench.body import NARROW, WIDE, Body, body
from cds_service.bench.body_places import Place, places
from cds_service.explained import Explained
from tests.bench.explanations import of_chart, of_fixture, pictures, rendered
from tests.clinical.bedside import Resource, condition, exam, measured, observation, weakness

LEG = ("thigh", "lower_leg", "foot")


def found(*resources: Resource) -> dict[str, Place]:
    return {place.feature: place for place in places(of_chart(*resources))}


def regions(place: Place, side: str) -> set[str]:
    return {region for region, where in place.regions if where == side}


def test_a_weak_left_leg_is_the_left_leg_alone() -> None:
    place = found(weakness(of="left leg"))["leg_weakness"]
    assert (place.kind, place.look, place.words) == ("weak", "present", "left leg weakness")
    assert set(place.regions) == {(region, "left") for region in LEG}


def test_both_legs_are_both_legs() -> None:
    (place,) = found(weakness(of="both legs")).values()
    assert regions(place, "left") == regions(place, "right") == set(LEG)
    assert place.words == "bilateral leg weakness"


def test_a_right_hemiparesis_with_face_is_arm_leg_and_face_on_the_right() -> None:
    there = found(condition("Right hemiparesis"), condition("Right facial weakness"))
    assert set(there) == {"hemiparesis", "facial_weakness"}
    assert regions(there["hemiparesis"], "right") == {"arm", "hand", *LEG}
    assert there["facial_weakness"].regions == (("face", "right"),)
    assert not regions(there["hemiparesis"], "left")


def test_a_foot_drop_is_a_foot_and_says_no_more_of_the_leg() -> None:
    (place,) = found(condition("Right foot drop")).values()
    assert (place.regions, place.words) == ((("foot", "right"),), "right foot drop")


def test_saddle_numbness_is_the_saddle() -> None:
    (place,) = found(exam("Saddle numbness")).values()
    assert (place.kind, place.look, place.regions) == ("numb", "present", (("saddle", "middle"),))


def test_a_side_that_is_not_recorded_is_drawn_on_both_and_said() -> None:
    (place,) = found(exam("Numbness of foot", answer=None)).values()
    assert place.look == "unstated"
    assert regions(place, "left") == regions(place, "right") == {"lower_leg", "foot"}
    assert place.words == "leg or foot numbness, side not stated"


def test_what_is_denied_says_so_and_is_not_filled() -> None:
    told = of_chart(exam("Saddle numbness", answer=False))
    (place,) = places(told)
    assert (place.look, place.words) == ("absent", "no saddle numbness")
    page = rendered("_body.html", body=body(told))
    (region,) = pictures(page)[0].findall(".//svg/path")
    assert region.get("fill") == "none"
    assert "Not numb" in page


def test_a_denial_of_all_weakness_is_said_once() -> None:
    assert [place.words for place in places(of_fixture("quiet-chart"))] == ["no leg weakness"]


def test_the_grade_of_power_stands_beside_the_leg() -> None:
    there = found(measured("Left leg power", 3, "{score}"))
    assert there["mrc_leg_min"].words == "left leg power 3/5, lowest recorded"
    assert regions(there["mrc_leg_min"], "left") == set(LEG)


def test_full_power_is_no_weakness() -> None:
    (place,) = places(of_fixture("falls-with-full-power"))
    assert (place.feature, place.look) == ("mrc_leg_min", "absent")


def test_weakness_of_unstated_site_has_no_place() -> None:
    assert not found(condition("Generalised weakness"))


def test_a_part_of_a_leg_that_is_named_is_weaker_than_the_rest() -> None:
    made = body(of_fixture("paralysis-with-low-potassium"))
    more = {layer.path for layer in made.layers if layer.more}
    assert more == {body_figure.path("thigh", side) for side in ("left", "right")}


def test_a_stroke_scale_of_the_leg_does_not_make_it_weaker_than_the_arm() -> None:
    assert not any(layer.more for layer in body(of_fixture("sudden-right-sided-weakness")).layers)


def test_weakness_and_pain_of_one_leg_stand_side_by_side_the_weakness_outside() -> None:
    made = body(of_chart(weakness(of="left leg"), condition("Left sciatica")))
    thigh = {layer.kind: layer for layer in made.layers if layer.path == body_figure.path("thigh", "left")}
    assert set(thigh) == {"weak", "pain"}
    assert thigh["pain"].left + thigh["pain"].width == pytest.approx(thigh["weak"].left)


def test_the_patients_right_is_on_the_left_of_the_picture_and_says_so() -> None:
    right, left = (body_figure.extent(body_figure.path("foot", side)) for side in ("right", "left"))
    assert right[1] < left[0]
    page = rendered("_body.html", body=body(of_chart(weakness(of="left leg"))))
    sides = {
        text.text or text[0].tail: float(text.get("x", ""))
        for text in pictures(page)[0].iter("text")
        if text.get("class") == "side"
    }
    assert sides["R"] < sides["L"]
    assert "the patient’s right is on your left" in page


def test_every_region_that_the_content_may_name_is_drawn() -> None:
    for region in body_marks.PAIRED:
        assert body_figure.path(region, "left") != body_figure.path(region, "right")
        assert body_figure.point(region, "left") != body_figure.point(region, "right")
    for region in body_marks.MIDDLE:
        assert body_figure.path(region, "middle")
        assert body_figure.point(region, "middle")[0] == body_figure.WIDTH / 2


def _disjoint(made: Body) -> None:
    for picture in (made.wide, made.narrow):
        for end in (True, False):
            mine = sorted((one.y, one.y + one.height) for one in picture.callouts if one.end is end)
            assert all(above[1] < below[0] for above, below in itertools.pairwise(mine))
        assert all(one.y + one.height < picture.height for one in picture.callouts)


@pytest.mark.parametrize("name", fixtures.names())
def test_every_fixture_has_a_picture_in_which_words_do_not_overlap(name: str) -> None:
    told = of_fixture(name)
    made = body(told)
    _disjoint(made)
    page = rendered("_body.html", body=made)
    assert "style=" not in page
    assert "<script" not in page
    said = "".join("".join(picture.itertext()) for picture in pictures(page))
    for place in places(told):
        assert all(word.strip(",") in said for word in place.words.split() if len(word) < NARROW.letters)


def test_lines_are_no_longer_than_their_column() -> None:
    made = body(everything_at_once())
    _disjoint(made)
    for picture, form in ((made.wide, WIDE), (made.narrow, NARROW)):
        assert all(len(line) <= form.letters for one in picture.callouts for line in one.lines)


def everything_at_once() -> Explained:
    return of_chart(
        condition("Weakness of all four limbs"),
        condition("Right facial weakness"),
        condition("Neck weakness"),
        condition("Left foot drop"),
        exam("Saddle numbness"),
        exam("Sensory level at T10"),
        exam("Numbness of left foot"),
        condition("Bilateral sciatica"),
        condition("Low back pain"),
        condition("Thoracic back pain"),
        condition("Hip pain"),
    )


def test_nothing_recorded_is_not_called_normal() -> None:
    page = rendered("_body.html", body=body(of_chart()))
    assert "That is not the same as none." in page


def test_markup_in_a_value_is_text_in_the_picture() -> None:
    power = observation("Left leg power", valueString='3/5 <script>alert("1")</script>')
    page = rendered("_body.html", body=body(of_chart(power)))
    assert "<script" not in page
    assert len(pictures(page)) == 2


def test_two_pictures_on_a_page_share_no_id() -> None:
    made = body(of_chart(weakness()))
    first, second = (rendered("_body.html", body=made, body_id=name) for name in ("before", "after"))
    assert _ids(first)
    assert not _ids(first) & _ids(second)


def _ids(page: str) -> set[str]:
    return {one.get("id", "") for picture in pictures(page) for one in picture.iter() if "id" in one.attrib}
