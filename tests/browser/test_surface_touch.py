"""Fingers, a pen, and a device that is turned: places stay what they are."""

import pytest
from playwright.sync_api import ViewportSize, expect
from tests.browser.conftest import PHONE
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.sight import Fingers, Pen, Sight, boxes, near, places, room
from tests.browser.test_marks import counts
from tests.browser.test_surface import street
from tests.browser.test_tracking import HEIGHT, WIDTH, answered, ask, name, picture

LANDSCAPE = ViewportSize(width=PHONE["height"], height=PHONE["width"])


def test_a_phone_is_turned_with_the_picture_near(phone: Person, office: Office) -> None:
    request, sight = street(phone, office)
    fingers = Fingers(phone)
    fingers.swipe(sight.at(100, 100), sight.at(300, 250))
    counts(phone, "1 mark")
    # Nearer, so that its middle has to stay where it is.
    for _ in range(3):
        phone.button("Zoom in").click()
    sight.zoomed(1.25**3, sight.middle)
    phone.press("Escape")
    for window in (LANDSCAPE, PHONE, LANDSCAPE):
        phone.page.set_viewport_size(window)
        expect(sight.stage).to_be_in_viewport()
        settled(sight)
        sight.turned()
    (x, y), scale = sight.middle, sight.scale
    centre = ((x - sight.left) / scale, (y - sight.top) / scale)
    fingers.swipe((x - 40, y - 30), (x + 40, y + 30))
    counts(phone, "2 marks")
    phone.button("Submit").click()
    first, second = boxes(office, request)
    assert first == pytest.approx((100, 100, 300, 250), abs=2)
    away = (40 / scale, 30 / scale)
    wanted = (centre[0] - away[0], centre[1] - away[1], centre[0] + away[0], centre[1] + away[1])
    assert second == pytest.approx(wanted, abs=1.5)


def settled(sight: Sight) -> None:
    """The canvas has the room that the page gives it."""
    sight.person.page.wait_for_function(
        """async (stage) => {
            const frame = () => new Promise((done) => requestAnimationFrame(done));
            await frame();
            await frame();
            const { width, height } = stage.querySelector('canvas').getBoundingClientRect();
            return width === stage.clientWidth && height === stage.clientHeight;
        }""",
        arg=sight.stage.element_handle(),
    )


def test_sharper_pixels_change_no_place(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    sight.drag((100, 100), (200, 180))
    counts(person, "1 mark")
    size = person.page.viewport_size
    assert size
    # As when the window is moved to another screen.
    line = person.context.new_cdp_session(person.page)
    line.send(
        "Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 2, "mobile": False}
    )
    person.press("Escape", "+")
    sight.zoomed(1.25, sight.middle)
    stage = sight.stage.element_handle()
    person.page.wait_for_function(
        "(stage) => stage.querySelector('canvas').width === 2 * stage.clientWidth", arg=stage
    )
    sight.drag((300, 310), (420, 430))
    counts(person, "2 marks")
    person.press("Escape", "Enter")
    assert boxes(office, request) == [(100, 100, 200, 180), (300, 310, 420, 430)]


def test_a_pen_draws_and_the_hand_that_holds_it_does_not(phone: Person, office: Office) -> None:
    request, sight = street(phone, office)
    pen, fingers = Pen(phone), Fingers(phone)
    pen.stroke(sight.at(100, 100), sight.at(300, 220))
    counts(phone, "1 mark")
    # The palm comes down while the pen draws, with two of its fingers.
    phone.press("Escape")
    pen.down(sight.at(400, 300))
    pen.move(sight.at(450, 350))
    fingers.down(sight.at(600, 500))
    fingers.down(sight.at(600, 500), sight.at(700, 550))
    fingers.move(sight.at(610, 500), sight.at(650, 550))
    pen.move(sight.at(500, 400))
    pen.up(sight.at(500, 400))
    fingers.up()
    counts(phone, "2 marks")
    # From then on a finger moves the view, and only the pen draws.
    phone.press("Escape")
    one, other = sight.at(300, 300), sight.at(400, 380)
    fingers.swipe(one, other)
    # The finger's way up to where it counts as a move is not lost.
    sight.panned(other[0] - one[0], other[1] - one[1])
    counts(phone, "2 marks")
    pen.stroke(sight.at(20, 20), sight.at(90, 80))
    counts(phone, "3 marks")
    phone.button("Submit").click()
    found = boxes(office, request)
    wanted = [(100, 100, 300, 220), (400, 300, 500, 400), (20, 20, 90, 80)]
    for box, expected in zip(found, wanted, strict=True):
        assert box == pytest.approx(expected, abs=1.5)


def test_a_hand_that_comes_before_its_pen_draws_nothing(phone: Person, office: Office) -> None:
    request, sight = street(phone, office)
    pen, fingers = Pen(phone), Fingers(phone)
    fingers.down(sight.at(600, 500))
    fingers.move(sight.at(650, 550))
    pen.stroke(sight.at(100, 100), sight.at(300, 220))
    fingers.move(sight.at(700, 550))
    fingers.up()
    counts(phone, "1 mark")
    phone.button("Submit").click()
    (box,) = boxes(office, request)
    assert box == pytest.approx((100, 100, 300, 220), abs=1.5)


def test_a_touch_that_the_system_takes_leaves_no_trace(phone: Person, office: Office) -> None:
    request, sight = street(phone, office)
    fingers = Fingers(phone)
    fingers.swipe(sight.at(100, 100), sight.at(300, 250))
    counts(phone, "1 mark")
    phone.press("Escape")
    fingers.down(sight.at(400, 300))
    fingers.move(sight.at(500, 400))
    fingers.lost()
    counts(phone, "1 mark")
    # A second finger makes a pinch of what would have been a box; a third one changes nothing.
    one, two, three = sight.at(300, 300), sight.at(500, 300), sight.at(400, 500)
    fingers.down(one)
    fingers.move((one[0] + 12, one[1]))
    fingers.move(one)
    fingers.down(one, two)
    fingers.down(one, two, three)
    fingers.up(one, three)
    fingers.move(one, three)
    fingers.up()
    counts(phone, "1 mark")
    expect(phone.page.locator(".canvas .zoom")).to_contain_text(f"{round(sight.scale * 100)}")
    fingers.swipe(sight.at(400, 300), sight.at(500, 400))
    counts(phone, "2 marks")
    phone.button("Submit").click()
    first, second = boxes(office, request)
    assert first == pytest.approx((100, 100, 300, 250), abs=2)
    assert second == pytest.approx((400, 300, 500, 400), abs=2)


def test_a_finger_takes_out_a_vertex_by_resting_on_it(phone: Person, office: Office) -> None:
    request, sight = room(phone, office)
    tools = phone.page.get_by_role("toolbar", name="Tools")
    tools.get_by_role("button", name="Draw a polygon").tap()
    tap = phone.page.touchscreen.tap
    for place in ((60, 40), (260, 40), (260, 140), (60, 140)):
        tap(*sight.at(*place))
    phone.button("Finish shape").tap()
    handles = sight.stage.locator("[data-handle^=vertex]")
    expect(handles).to_have_count(4)
    fingers = Fingers(phone)
    fingers.down(sight.at(60, 140))
    expect(handles).to_have_count(3)
    fingers.up()
    phone.button("Submit").click()
    (shape,) = answered(office, request)
    near(places(shape), (60, 40), (260, 40), (260, 140))


def test_a_frame_that_is_left_takes_no_drag_along(person: Person, office: Office) -> None:
    stills = [office.call("POST", "/v1/media", picture(at), "image/png")["url"] for at in (9, 60)]
    film = [{"frame_id": name(at), "src": still} for at, still in enumerate(stills, 1)]
    corners = [{"x": x, "y": y} for x, y in ((0.1, 0.1), (0.3, 0.1), (0.3, 0.4), (0.1, 0.4))]
    later = [{**corner, "x": corner["x"] + 0.4} for corner in corners]
    frames = {name(1): {"coordinates": corners}, name(2): {"coordinates": later}}
    before = {"type": "rectangle", "label": "Car", "frames": frames}
    request = ask(office, film, [before])
    sight = Sight(person.sees("Follow them."), WIDTH, HEIGHT)
    frame = person.page.locator(".transport .number input")
    sight.grasp((64, 40), (90, 60))
    person.press("d")
    expect(frame).to_have_value("2")
    person.page.mouse.move(*sight.at(100, 70))
    person.page.mouse.up()
    expect(person.page.locator("li").filter(has_text="Car 1").get_by_text("changed")).to_have_count(
        0
    )
    person.submit()
    assert answered(office, request) == [before]
