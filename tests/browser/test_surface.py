"""The drawing surface under a real mouse and real fingers, read from the answer to the pixel."""

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.sight import Fingers, Sight, boxes, near, places, room
from tests.browser.test_marks import counts, marks
from tests.browser.test_tracking import answered

KEY_ZOOM = 1.25


def street(person: Person, office: Office, **fields: Any) -> tuple[str, Sight]:
    fields = {"annotations_type": "rectangle"} | fields
    request = marks(office, "image", "annotations", office.picture("street"), **fields)
    return request, Sight(person.sees("Mark it."), 800, 600)


def test_places_are_exact_at_every_zoom_and_after_a_pan(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    mouse = person.page.mouse
    sight.drag((20, 30), (120, 90))
    counts(person, "1 mark")
    spot = sight.at(600, 400)
    mouse.move(*spot)
    mouse.wheel(0, -300)
    sight.zoomed(2.718281828**0.6, spot)
    sight.drag((570, 380), (633, 431))
    counts(person, "2 marks")
    person.press("Escape", "+", "+")
    sight.zoomed(KEY_ZOOM**2, sight.middle)
    mouse.move(*sight.middle)
    mouse.down(button="middle")
    mouse.move(sight.middle[0] - 60, sight.middle[1] - 40, steps=4)
    mouse.up(button="middle")
    sight.panned(-60, -40)
    sight.drag((601, 442), (651, 471))
    counts(person, "3 marks")
    person.press("Escape", "Enter")
    wanted = [(20, 30, 120, 90), (570, 380, 633, 431), (601, 442, 651, 471)]
    assert boxes(office, request) == wanted


def test_there_and_back_is_the_same_place(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    sight.drag((101, 103), (207, 211))
    person.press("+")
    sight.zoomed(KEY_ZOOM, sight.middle)
    # By its line at the left, off the handle in the middle of it.
    for one, other in (((101, 130), (333, 377)), ((333, 377), (101, 130))):
        sight.drag(one, other)
    person.press("Escape", "Enter")
    assert boxes(office, request) == [(101, 103, 207, 211)]


def test_a_box_is_reshaped_and_held_at_the_edge(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    sight.drag((500, 300), (700, 500))
    sight.drag((700, 500), (640, 450))
    sight.drag((570, 300), (570, 250))
    sight.drag((500, 350), (400, 355))
    sight.drag((640, 450), (805, 606))
    person.press("Control+z", "Control+z", "Control+Shift+z", "Control+Shift+z")
    person.press("Escape", "Enter")
    assert boxes(office, request) == [(400, 250, 800, 600)]


def test_a_new_size_of_the_window_keeps_places(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    sight.drag((100, 100), (200, 180))
    person.page.set_viewport_size({"width": 900, "height": 1100})
    before = sight.scale
    sight.fit()
    assert sight.scale != before
    person.press("Escape")
    sight.drag((300, 310), (420, 430))
    counts(person, "2 marks")
    person.press("Escape", "Enter")
    assert boxes(office, request) == [(100, 100, 200, 180), (300, 310, 420, 430)]


def test_two_fingers_zoom_and_move_and_draw_nothing(phone: Person, office: Office) -> None:
    request, sight = street(phone, office)
    fingers = Fingers(phone)
    x, y = sight.middle
    fingers.down((x - 40, y))
    fingers.down((x - 40, y), (x + 40, y))
    for apart in (50, 60, 70, 80):
        fingers.move((x - apart, y), (x + apart, y))
    for way in (5, 10, 15, 20):
        fingers.move((x - 80 + way, y + way), (x + 80 + way, y + way))
    fingers.up()
    sight.zoomed(2, sight.middle)
    sight.panned(20, 20)
    counts(phone, "0 marks")
    fingers.swipe(sight.at(350, 250), sight.at(450, 350))
    counts(phone, "1 mark")
    phone.button("Submit").click()
    (box,) = boxes(office, request)
    assert box == pytest.approx((350, 250, 450, 350), abs=1)


def test_vertices_come_go_and_are_undone(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    person.press("y")
    sight.clicks((100, 50), (200, 50), (230, 90))
    # Within an unfinished shape undo takes back a point.
    person.press("Control+z")
    sight.clicks((200, 120), (100, 120))
    person.press("Enter")
    sight.drag((150, 50), (150, 20))
    sight.drag((200, 120), (220, 140))
    person.press("Control+z", "Control+z", "Control+Shift+z", "Control+y")
    sight.clicks((100, 120))
    person.press("Delete")
    person.press("Escape", "Escape")
    person.submit()
    (shape,) = answered(office, request)
    near(places(shape), (100, 50), (150, 20), (200, 50), (220, 140))


def test_unfinished_shapes_are_given_up_or_finished(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    person.press("t")
    sight.clicks((40, 40), (80, 60))
    person.press("Escape")
    sight.clicks((60, 100), (120, 130), (180, 100))
    person.press("Enter")
    expect(person.page.locator("li button.track")).to_have_count(1)
    assert office.status(request) == "pending"
    person.press("Escape", "Escape", "Control+Enter")
    (shape,) = answered(office, request)
    near(places(shape), (60, 100), (120, 130), (180, 100))


def test_a_cuboid_is_drawn_and_a_landmark_reshaped(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    person.press("q")
    sight.drag((40, 60), (100, 120))
    sight.clicks((130, 100))
    person.press("Escape", "m")
    sight.clicks((200, 60), (260, 60), (230, 120))
    person.press("Enter")
    sight.drag((260, 60), (280, 40))
    person.submit()
    cuboid, landmark = answered(office, request)
    assert len(places(cuboid)) == 8
    near(places(landmark), (200, 60), (280, 40), (230, 120))
