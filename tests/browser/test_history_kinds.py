"""Earlier answers of the kinds that are marked: opened as they were given, and corrected."""

import pytest
from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_history import TWO, opens, said
from tests.browser.test_looks import violations
from tests.browser.test_marks import WORDS, canvas, counts, drag, marks, swipe
from tests.browser.test_tracking import Cutting, Object, ask, car, film, found

__all__ = ["film"]


def corrects(person: Person) -> None:
    person.button("Send the correction").click()
    person.sees("Your answers")
    expect(person.page.get_by_text("Your correction was sent.")).to_be_visible()


def test_a_finger_corrects_a_drawing_on_a_phone(phone: Person, office: Office) -> None:
    picture = office.picture("street")
    marks(office, "image", "annotations", picture, annotations_type="rectangle", **TWO)
    at = canvas(phone.sees("Mark it."), 800, 600)
    swipe(phone, at(100, 120), at(300, 200))
    counts(phone, "1 mark")
    phone.submit()
    phone.idles()
    phone.page.get_by_label("Account of Ada Lovelace").click()
    phone.button("Your answers").click()
    phone.page.get_by_role("button", name="Mark it.").first.click()
    at = canvas(phone.sees("Mark it."), 800, 600)
    counts(phone, "1 mark")
    swipe(phone, at(500, 400), at(600, 500))
    counts(phone, "2 marks")
    assert violations(phone.page) == []
    width = phone.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 390
    before = office.history()[0]["response"]
    phone.button("Send the correction").tap()
    phone.sees("Your answers")
    after = said(office)[0]
    assert after[:1] == before
    assert len(after) == 2


def test_marked_words_are_corrected(person: Person, office: Office) -> None:
    marks(office, "text", "annotations", WORDS, **TWO)
    page = person.sees("Mark it.").page
    page.get_by_role("textbox").focus()
    person.press(*["ArrowRight"] * 4, *["Shift+ArrowRight"] * 5, "Enter")
    counts(person, "1 mark")
    person.press("Escape", "Enter")
    opens(person, "Mark it.")
    counts(person, "1 mark")
    expect(page.locator("mark")).to_have_text("\N{FOX FACE} fox")
    page.get_by_role("textbox").focus()
    person.press("End", *["Shift+ArrowLeft"] * 4, "Enter")
    counts(person, "2 marks")
    corrects(person)
    first, second = said(office)[0]
    assert first == {"start": 4, "end": 9}
    assert second["start"] > 9


def test_tags_stay_and_another_is_added(person: Person, office: Office) -> None:
    tags = [*(f"animal {number}" for number in range(1, 40)), "car", "house"]
    marks(office, "image", "photo-tag", office.picture("street"), tags=tags, **TWO)

    def tagged(left: int, tag: str) -> None:
        drag(person, at(left, 120), at(left + 100, 200))
        expect(person.page.get_by_role("combobox", name="Find a tag")).to_be_focused()
        person.page.keyboard.type(tag)
        person.press("Enter")

    at = canvas(person.sees("Mark it."), 800, 600)
    tagged(100, "car")
    person.submit()
    opens(person, "Mark it.")
    at = canvas(person, 800, 600)
    tagged(400, "house")
    corrects(person)
    assert said(office)[0] == [
        {"tag": "car", "x": 100, "y": 120, "w": 100, "h": 80},
        {"tag": "house", "x": 400, "y": 120, "w": 100, "h": 80},
    ]


def test_tracks_come_back_word_for_word_but_for_what_is_corrected(
    person: Person, office: Office, film: list[Object]
) -> None:
    sent = found()
    ask(office, film, sent, **TWO)
    Cutting(person)
    person.settle().submit()
    opens(person, "Follow them.")
    room = Cutting(person)
    room.lasts("Car", "1-71")
    expect(person.button("Send the correction")).to_be_disabled()
    room.choose("Car")
    room.goes(13)
    x = 0.004 * 13
    room.drag((x + 0.1, 0.35), (x + 0.15, 0.4))
    corrects(person)
    corrected = office.past(office.history()[0]["assignment"])["response"]["annotations"]
    assert corrected[1:] == sent[1:]
    moved = corrected[0]["frames"]
    assert moved["frame013"]["coordinates"][1]["x"] == pytest.approx(x + 0.05, abs=0.005)
    assert moved["frame001"] == car(1)
    assert moved["frame071"] == car(71)
