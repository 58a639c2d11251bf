"""Drawings that are only looked at: near and far, from side to side, and nothing else."""

from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.sight import Fingers, Sight, boxes
from tests.browser.test_history import opens
from tests.browser.test_looks import violations
from tests.browser.test_marks import counts
from tests.browser.test_surface import street
from tests.browser.test_tracking import Object, ask, film, found

__all__ = ["film"]


def seen(sight: Sight) -> bytes:
    return sight.stage.screenshot()


def test_an_answer_that_is_over_is_seen_from_near(person: Person, office: Office) -> None:
    request, sight = street(person, office)
    sight.drag((100, 100), (200, 180))
    person.press("Escape", "Enter")
    assert boxes(office, request) == [(100, 100, 200, 180)]
    opens(person, "Mark it.")
    counts(person, "1 mark")
    sight = Sight(person, 800, 600)
    mouse = person.page.mouse
    spot = sight.at(150, 140)
    mouse.move(*spot)
    mouse.wheel(0, -300)
    sight.zoomed(2.718281828**0.6, spot)
    person.press("+")
    sight.zoomed(1.25, sight.middle)
    before = seen(sight)
    sight.drag((150, 140), (110, 120))
    assert seen(sight) != before
    person.press("0")
    sight.fit()
    # Neither a mark nor a selection comes of any of it, by mouse or by key.
    sight.clicks((150, 140), (400, 300))
    sight.drag((400, 300), (500, 400))
    sight.stage.focus()
    person.press("Control+a", "Delete", "Control+d", "Tab", "v")
    counts(person, "1 mark")
    expect(person.page.locator(".side ol .pick")).to_have_attribute("aria-pressed", "false")
    for name in ("Delete", "Undo", "Redo", "Duplicate"):
        expect(person.button(name)).to_have_count(0)
    assert violations(person.page) == []
    person.press("Shift+B").sees("Your answers")


def test_fingers_bring_it_near_and_move_it(phone: Person, office: Office) -> None:
    request, sight = street(phone, office)
    fingers = Fingers(phone)
    fingers.swipe(sight.at(100, 100), sight.at(500, 400))
    counts(phone, "1 mark")
    phone.submit()
    office.result(request)
    phone.idles()
    phone.page.get_by_label("Account of Ada Lovelace").click()
    phone.button("Your answers").click()
    phone.page.get_by_role("button", name="Mark it.").first.click()
    sight = Sight(phone.sees("Mark it."), 800, 600)
    (x, y) = sight.middle
    fingers.down((x - 40, y), (x + 40, y))
    for apart in (50, 60, 70, 80):
        fingers.move((x - apart, y), (x + apart, y))
    fingers.up()
    sight.zoomed(2, (x, y))
    before = seen(sight)
    fingers.swipe((x, y), (x + 60, y + 30))
    assert seen(sight) != before
    counts(phone, "1 mark")


def test_tracks_are_stepped_through_and_left_as_they_are(
    person: Person, office: Office, film: list[Object]
) -> None:
    request = ask(office, film, found())
    person.sees("Follow them.").settle().submit()
    office.result(request)
    opens(person, "Follow them.")
    page = person.page
    stage = page.get_by_role("application")
    expect(stage).to_have_attribute("aria-label", "Frame 1 of 100")
    person.button("One frame on").click()
    expect(stage).to_have_attribute("aria-label", "Frame 2 of 100")
    person.press("d", "Delete", "k")
    expect(stage).to_have_attribute("aria-label", "Frame 3 of 100")
    zoom = page.locator(".canvas .zoom")
    before = zoom.inner_text()
    person.press("+")
    expect(zoom).not_to_have_text(before)
    for place in ("tools", "side", "timeline"):
        expect(page.locator(f".tracking > .{place}")).to_have_attribute("inert", "")
    assert violations(page) == []
