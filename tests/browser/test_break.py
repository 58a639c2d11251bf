"""A break: no work comes, what was not begun is for others, and it lasts until it is ended."""

import re

from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_looks import violations

TITLE = "You are on a break"


def test_a_break_gives_work_back_and_outlives_a_reload(person: Person, office: Office) -> None:
    request = office.ask("rating", "How warm?")
    person.sees("How warm?").press("Shift+P").sees(TITLE)
    # Others get it at once: the queue has it again.
    office.waits(request)
    person.page.reload()
    person.sees(TITLE)
    expect(person.page).to_have_title(re.compile("^On a break"))
    assert violations(person.page) == []
    person.button("Go on working").click()
    person.sees("How warm?").settle().press("4", "Enter").idles()
    assert office.result(request)["response"] == 4


def test_what_is_begun_may_be_finished_first(person: Person, office: Office) -> None:
    first = office.ask("free-text", "First?")
    second = office.ask("free-text", "Second?")
    person.sees("First?")
    expect(person.page.get_by_text("Next task ready")).to_be_visible()
    person.page.get_by_role("textbox").fill("be")
    person.page.get_by_label("Account of Ada Lovelace").click()
    person.button("Take a break").click()
    expect(person.page.get_by_text("Your break begins after this task.")).to_be_visible()
    office.waits(second)
    person.page.get_by_role("textbox").fill("begun")
    person.submit()
    person.sees(TITLE)
    assert office.result(first)["response"] == "begun"
    person.press("Shift+P").sees("Second?")


def test_a_break_on_a_phone(phone: Person, office: Office) -> None:
    phone.idles()
    phone.page.get_by_label("Account of Ada Lovelace").click()
    phone.button("Take a break").click()
    phone.sees(TITLE)
    office.ask("free-text", "Later?")
    phone.page.get_by_label("Account of Ada Lovelace").click()
    phone.page.get_by_role("button", name="Go on working").first.click()
    phone.sees("Later?")
