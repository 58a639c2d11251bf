"""Work that is not lost: a network that goes away, a reload in the middle, a task taken back."""

from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person

API = "**/worker/v1/**"


def test_an_answer_given_without_a_network_outlives_a_reload(
    person: Person, office: Office
) -> None:
    request = office.ask("free-text", "Where?")
    person.sees("Where?")
    person.page.get_by_role("textbox").fill("here")
    person.forgives("ERR_")
    person.page.route(API, lambda route: route.abort())
    person.submit()
    expect(person.page.get_by_text("1 answer is waiting to be sent")).to_be_visible()
    person.page.reload()
    expect(person.page.get_by_text("1 answer is waiting to be sent")).to_be_visible()

    person.page.unroute(API)

    assert office.result(request)["response"] == "here"


def test_a_reload_without_a_network_shows_the_task_with_what_was_written(
    person: Person, office: Office
) -> None:
    request = office.ask("free-text", "Where?")
    person.sees("Where?")
    person.forgives("ERR_")
    person.page.route(API, lambda route: route.abort())
    person.page.get_by_role("textbox").fill("half a th")
    person.page.reload()
    person.sees("Where?")
    expect(person.page.get_by_role("textbox")).to_have_value("half a th")
    person.page.unroute(API)
    person.page.get_by_role("textbox").fill("half a thing")
    person.submit()
    assert office.result(request)["response"] == "half a thing"


def test_what_was_done_for_a_task_that_is_taken_back_can_be_copied(
    person: Person, office: Office
) -> None:
    request = office.ask("free-text", "Where?")
    person.sees("Where?")
    person.page.get_by_role("textbox").fill("almost")
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    office.abort(request)
    person.button("Copy what you had done").click()
    expect(person.button("Copied")).to_be_visible()
    assert person.page.evaluate("() => navigator.clipboard.readText()") == "almost"


def test_a_second_window_is_told_of_the_first_ones_draft(person: Person, office: Office) -> None:
    office.ask("free-text", "Where?")
    person.sees("Where?")
    other = person.context.new_page()
    other.goto(f"{office.origin}/work")
    expect(other.locator("h1")).to_have_text("Where?")
    with other.expect_response(lambda reply: reply.url.endswith("/draft")):
        other.get_by_role("textbox").fill("there")
    person.forgives("409")
    person.page.get_by_role("textbox").fill("here")
    person.button("The other").click()
    expect(person.page.get_by_role("textbox")).to_have_value("there")
