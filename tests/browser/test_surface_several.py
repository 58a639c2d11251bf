"""Several shapes at once: chosen with Shift, a marquee or a held finger, and acted on together."""

import pytest
from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.sight import Fingers, Sight, boxes, near, places, room
from tests.browser.test_looks import violations
from tests.browser.test_marks import counts
from tests.browser.test_surface import street
from tests.browser.test_tracking import answered

BOXES = ((100, 100, 200, 180), (300, 110, 380, 200), (500, 400, 600, 500))


def draw(sight: Sight) -> None:
    for number, (x, y, x2, y2) in enumerate(BOXES, 1):
        sight.drag((x, y), (x2, y2))
        counts(sight.person, f"{number} mark")
    sight.person.press("Escape")


def chosen(person: Person, *numbers: int) -> None:
    pressed = person.page.locator(".side ol .pick")
    for number in range(1, 4):
        wanted = "true" if number in numbers else "false"
        expect(pressed.nth(number - 1)).to_have_attribute("aria-pressed", wanted)


def with_shift(sight: Sight, *places: tuple[float, float]) -> None:
    keyboard = sight.person.page.keyboard
    keyboard.down("Shift")
    sight.drag(*places)
    keyboard.up("Shift")


def test_boxes_within_a_marquee_move_double_and_go_together(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    draw(sight)
    with_shift(sight, (60, 60), (450, 250))
    chosen(person, 1, 2)
    assert violations(person.page) == []
    expect(person.page.get_by_text("2 shapes selected")).to_be_visible()
    # By the line of one of them; by keys after that.
    sight.drag((100, 120), (110, 150))
    person.press("ArrowRight")
    person.press("Control+d")
    counts(person, "5 marks")
    # Of one act each: the copies go, then the step by key, then the move.
    person.press("Control+z", "Control+z", "Control+z")
    counts(person, "3 marks")
    person.press("Control+Shift+z", "Control+Shift+z")
    person.press("Escape")
    with_shift(sight, (480, 380), (650, 550))
    chosen(person, 3)
    person.press("Delete")
    counts(person, "2 marks")
    person.press("Escape", "Enter")
    assert boxes(office, request) == [(111, 130, 211, 210), (311, 140, 391, 230)]


def test_one_more_and_one_less_with_shift(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    draw(sight)
    page = person.page
    page.keyboard.down("Shift")
    sight.clicks((150, 140), (340, 150), (550, 450))
    page.keyboard.up("Shift")
    chosen(person, 1, 2, 3)
    page.locator(".side ol .pick").nth(1).click(modifiers=["Shift"])
    chosen(person, 1, 3)
    # What is locked stays where it is, whatever is done to the others.
    person.press("l", "Delete")
    counts(person, "3 marks")
    person.press("l", "Delete")
    counts(person, "1 mark")
    person.submit()
    assert boxes(office, request) == [BOXES[1]]


def test_no_more_copies_than_there_is_room_for(person: Person, office: Office) -> None:
    _, sight = street(person, office, max_annotations=4)
    draw(sight)
    person.page.locator(".canvas .stage").focus()
    person.press("Control+a")
    chosen(person, 1, 2, 3)
    person.press("Control+d")
    counts(person, "4")


def test_a_finger_held_on_lines_chooses_several(phone: Person, office: Office) -> None:
    request, sight = street(phone, office)
    fingers = Fingers(phone)
    for number, (x, y, x2, y2) in enumerate(BOXES, 1):
        fingers.swipe(sight.at(x, y), sight.at(x2, y2))
        counts(phone, f"{number} mark")
    phone.press("Escape")
    for x, y in ((100, 140), (300, 150)):
        fingers.down(sight.at(x, y))
        told = "Rectangle" if x < 300 else "2 shapes selected"
        expect(phone.page.locator(".bar .told")).to_contain_text(told)
        fingers.up()
    fingers.swipe(sight.at(100, 140), sight.at(200, 240))
    phone.button("Delete").click()
    counts(phone, "1 mark")
    phone.button("Undo").click()
    counts(phone, "3 marks")
    phone.submit()
    first, second, third = boxes(office, request)
    assert third == pytest.approx(BOXES[2], abs=2)
    for before, after in zip(BOXES[:2], (first, second), strict=True):
        assert after == pytest.approx([each + 100 for each in before], abs=3)


def test_enter_in_the_middle_of_a_drag_ends_the_polygon_for_good(
    person: Person, office: Office
) -> None:
    request, sight = room(person, office)
    tools = person.page.get_by_role("toolbar", name="Tools")
    tools.get_by_role("button", name="Draw a polygon").click()
    sight.clicks((60, 40), (260, 40), (260, 140))
    sight.grasp((60, 140), (70, 145))
    person.press("Enter")
    expect(person.button("Finish shape")).to_have_count(0)
    person.page.mouse.move(*sight.at(100, 150))
    person.page.mouse.up()
    expect(sight.stage.locator("[data-handle^=vertex]")).to_have_count(3)
    expect(person.button("Finish shape")).to_have_count(0)
    person.submit()
    (shape,) = answered(office, request)
    near(places(shape), (60, 40), (260, 40), (260, 140))
