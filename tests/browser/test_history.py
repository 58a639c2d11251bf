"""A worker's own answers: looked up, and corrected while their tasks are open."""

from typing import Any

from playwright.sync_api import Locator, Route, expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_form import picture
from tests.browser.test_looks import violations
from tests.browser.test_marks import canvas, drag

TWO = {"confidence": {"strategy": "collect", "answers": 2}}
"""Another answer is waited for, so that the first one can be corrected."""


def said(office: Office) -> list[Any]:
    """What the worker has said, newest first, as the server has it."""
    return [answer["response"] for answer in office.history()]


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def opens(person: Person, instruction: str) -> None:
    person.idles()
    person.press("Shift+B").sees("Your answers")
    person.page.get_by_role("button", name=instruction).first.click()
    person.sees(instruction)


def test_a_choice_is_corrected_by_keys_alone(person: Person, office: Office) -> None:
    office.ask("multiple-choice", "Which?", choices=["pear", "plum"], max_answers=1, **TWO)
    person.sees("Which?").press("1", "Enter").idles()
    person.press("Shift+B").sees("Your answers")
    expect(person.heading).to_be_focused()
    expect(person.page.get_by_role("listitem").first).to_contain_text("pear")
    assert violations(person.page) == []
    person.press("Tab", "Tab", "Enter").sees("Which?")
    expect(person.page.get_by_role("radio", name="pear")).to_be_checked()
    expect(person.button("Send the correction")).to_be_disabled()
    person.press("2", "Enter").sees("Your answers")
    expect(person.page.get_by_text("Your correction was sent.")).to_be_visible()
    expect(person.page.get_by_role("listitem").first).to_contain_text("plum")
    assert said(office)[0] == ["plum"]
    person.press("Escape").idles()


def test_a_drawing_is_corrected_to_the_pixel(person: Person, office: Office) -> None:
    office.ask("annotations", "Box it", annotations_type="rectangle", **picture(office), **TWO)
    at = canvas(person.sees("Box it"), 600, 400)
    drag(person, at(60, 40), at(120, 80))
    person.submit()
    opens(person, "Box it")
    at = canvas(person, 600, 400)
    drag(person, at(300, 200), at(360, 240))
    person.button("Send the correction").click()
    person.sees("Your answers")
    (first, second) = said(office)[0]
    assert (first["x"], first["y"], first["x2"], first["y2"]) == (60, 40, 120, 80)
    assert (second["x"], second["y"], second["x2"], second["y2"]) == (300, 200, 360, 240)


def test_a_form_is_corrected_in_one_field(person: Person, office: Office) -> None:
    structure = {"species": "ENUM[eagle,crow]", "seen": "BOOLEAN", "birds": "NUMBER"}
    office.ask("form", "Which bird?", result_structure=structure, **TWO)
    person.sees("Which bird?").settle().press("1", "1")
    person.page.get_by_label("birds", exact=True).fill("7")
    person.press("Enter")
    opens(person, "Which bird?")
    birds = person.page.get_by_label("birds", exact=True)
    expect(birds).to_have_value("7")
    expect(person.page.get_by_role("radio", name="eagle")).to_be_checked()
    birds.fill("many")
    person.press("Enter")
    expect(person.page.locator("#answer-problem")).to_contain_text("birds")
    birds.fill("8")
    person.press("Enter").sees("Your answers")
    assert said(office)[0] == {"species": "eagle", "seen": True, "birds": 8}


def test_a_file_that_was_brought_is_replaced(person: Person, office: Office) -> None:
    office.ask("image", "Bring it", **TWO)
    person.sees("Bring it")
    person.page.get_by_label("Or give its web address").fill(office.picture())
    person.press("Enter")
    opens(person, "Bring it")
    other = office.picture("street")
    person.button("Remove").click()
    person.page.get_by_label("Or give its web address").fill(other)
    person.button("Send the correction").click()
    person.sees("Your answers")
    assert said(office)[0] == other


def test_an_ended_task_is_only_looked_at(person: Person, office: Office) -> None:
    request = office.ask("free-text", "What is it?")
    person.sees("What is it?").page.get_by_role("textbox").fill("a bird")
    person.submit()
    assert office.result(request)["response"] == "a bird"
    opens(person, "What is it?")
    expect(person.page.get_by_text("You said: a bird")).to_be_attached()
    expect(person.page.get_by_text("The task has ended")).to_be_visible()
    expect(person.button("Send the correction")).to_have_count(0)
    box = person.page.locator("textarea")
    expect(box).to_have_value("a bird")
    person.page.mouse.click(*middle(box))
    person.press("W", "x")
    expect(box).to_have_value("a bird")
    assert violations(person.page) == []


def test_keys_change_nothing_in_an_answer_that_is_only_looked_at(
    person: Person, office: Office
) -> None:
    request = office.ask("multiple-choice", "Which?", choices=["pear", "plum"], max_answers=1)
    person.sees("Which?").press("1", "Enter").idles()
    assert office.result(request)["response"] == ["pear"]
    opens(person, "Which?")
    expect(person.page.locator("input").first).to_be_checked()
    person.press("2")
    expect(person.page.locator("input").first).to_be_checked()
    person.press("?")
    sheet = person.page.get_by_role("dialog")
    expect(sheet).to_contain_text("Back")
    expect(sheet).not_to_contain_text("Pick a choice")
    person.press("Escape").sees("Which?")
    person.press("Escape").sees("Your answers")
    expect(person.page.get_by_role("button", name="Which?").first).to_be_focused()


def test_a_correction_that_is_refused_says_why_and_stays(person: Person, office: Office) -> None:
    office.ask("free-text", "What is it?", **TWO)
    person.sees("What is it?").page.get_by_role("textbox").fill("a bird")
    person.submit()
    opens(person, "What is it?")
    person.page.get_by_role("textbox").fill("a bat")
    error = {"code": "invalid_answer", "message": "No such animal.", "field": "response"}
    person.reply_to("**/answer", 400, {"error": error})
    person.forgives("400")
    person.button("Send the correction").click()
    expect(person.page.get_by_text("No such animal.")).to_be_visible()
    expect(person.page.get_by_role("textbox")).to_have_value("a bat")
    person.button("Send the correction").click()
    person.sees("Your answers")
    assert said(office)[0] == "a bat"


def test_a_correction_that_comes_after_the_end_is_refused_in_words(
    person: Person, office: Office
) -> None:
    request = office.ask("free-text", "What is it?", **TWO)
    person.sees("What is it?").page.get_by_role("textbox").fill("a bird")
    person.submit()
    opens(person, "What is it?")
    person.page.get_by_role("textbox").fill("a bat")
    office.abort(request)
    person.button("Send the correction").click()
    expect(person.page.get_by_role("alert").filter(has_text="has ended meanwhile")).to_be_visible()
    assert said(office)[0] == "a bird"
    person.forgives("400", "409", "404")
    person.button("Back to the list").click()
    person.page.get_by_role("button", name="What is it?").first.click()
    expect(person.page.get_by_text("before your correction was sent")).to_be_visible()
    expect(person.page.locator("textarea")).to_have_value("a bat")


def test_a_correction_that_cannot_be_sent_is_kept(person: Person, office: Office) -> None:
    office.ask("free-text", "What is it?", **TWO)
    person.sees("What is it?").page.get_by_role("textbox").fill("a bird")
    person.submit()
    opens(person, "What is it?")
    blocked: list[Route] = []

    def block(route: Route) -> None:
        blocked.append(route)
        route.abort()

    person.page.route("**/answer", block)
    person.page.get_by_role("textbox").fill("a bat")
    person.button("Send the correction").click()
    expect(person.page.get_by_text("could not be sent")).to_be_visible()
    assert blocked
    person.page.unroute("**/answer")
    person.page.reload()
    opens(person, "What is it?")
    expect(person.page.get_by_role("textbox")).to_have_value("a bat")
    person.button("Send the correction").click()
    person.sees("Your answers")
    assert said(office)[0] == "a bat"
    person.forgives("ERR_FAILED")


def test_the_task_in_hand_waits_with_what_was_begun(person: Person, office: Office) -> None:
    request = office.ask("free-text", "What now?")
    person.sees("What now?").page.get_by_role("textbox").fill("half")
    person.page.get_by_label("Account of Ada Lovelace").click()
    person.button("Your answers").click()
    person.sees("Your answers")
    person.button("Back to work").click()
    person.sees("What now?")
    expect(person.page.get_by_text("What you had begun is here again.")).to_be_visible()
    expect(person.page.get_by_role("textbox")).to_have_value("half")
    person.settle().submit()
    assert office.result(request)["response"] == "half"


def test_earlier_answers_come_page_by_page(phone: Person, office: Office) -> None:
    phone.idles()
    phone.page.get_by_label("Account of Ada Lovelace").click()
    phone.button("Take a break").click()
    for number in range(22):
        office.answer(office.ask("free-text", f"Question {number:02}"), f"Answer {number:02}")
    phone.page.get_by_label("Account of Ada Lovelace").click()
    phone.button("Your answers").click()
    expect(phone.page.get_by_role("listitem")).to_have_count(20)
    phone.button("Show earlier ones").click()
    expect(phone.page.get_by_text("Question 00")).to_be_visible()
    width = phone.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 390
    assert violations(phone.page) == []
