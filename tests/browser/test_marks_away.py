"""Marks doubled, locked and put out of sight, and sent all the same."""

from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_form import picture
from tests.browser.test_marks import canvas, counts, drag


def boxed(person: Person, office: Office) -> str:
    fields = picture(office)
    request = office.ask("annotations", "Fence it", annotations_type="rectangle", **fields)
    at = canvas(person.sees("Fence it"), 600, 400)
    drag(person, at(60, 40), at(120, 80))
    counts(person, "1 mark")
    return request


def test_a_mark_is_doubled_beside_itself(person: Person, office: Office) -> None:
    request = boxed(person, office)
    person.press("Control+d")
    counts(person, "2 marks")
    person.press("Escape")
    person.submit()
    first, second = office.result(request)["response"]
    assert first == {"x": 60, "y": 40, "x2": 120, "y2": 80}
    assert second == {"x": 72, "y": 52, "x2": 132, "y2": 92}


def test_a_locked_mark_is_neither_changed_nor_deleted(person: Person, office: Office) -> None:
    request = boxed(person, office)
    at = canvas(person, 600, 400)
    person.press("l", "Delete")
    counts(person, "1 mark")
    # What is begun on it is a mark of its own.
    drag(person, at(120, 80), at(200, 160))
    counts(person, "2 marks")
    person.press("Control+z")
    counts(person, "1 mark")
    lock = person.button("Lock mark 1")
    expect(lock).to_have_attribute("aria-pressed", "true")
    lock.click()
    expect(lock).to_have_count(0)
    person.press("n")
    expect(lock).to_have_attribute("aria-pressed", "false")
    drag(person, at(120, 80), at(200, 160))
    person.press("Escape")
    person.submit()
    assert office.result(request)["response"] == [{"x": 60, "y": 40, "x2": 200, "y2": 160}]


def test_a_mark_out_of_sight_is_sent_as_well(person: Person, office: Office) -> None:
    request = boxed(person, office)
    person.press("Shift+H")
    hide = person.button("Hide mark 1")
    expect(hide).to_have_attribute("aria-pressed", "true")
    at = canvas(person, 600, 400)
    drag(person, at(60, 40), at(130, 90))
    counts(person, "2 marks")
    hide.click()
    expect(hide).to_have_count(0)
    person.press("Escape")
    person.submit()
    assert [box["x2"] for box in office.result(request)["response"]] == [120, 130]
