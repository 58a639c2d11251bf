"""Work that is not lost: a network that goes away, a server that dies, a task taken back."""

from playwright.sync_api import Dialog, Route, expect
from tests.browser.office import PICTURES, Office
from tests.browser.person import Person
from tests.browser.test_form import picture
from tests.browser.test_looks import violations
from tests.browser.test_marks import canvas, drag

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


def test_work_goes_on_while_the_server_is_dead_and_is_sent_once_it_lives(
    person: Person, office: Office
) -> None:
    asked = [office.ask("free-text", each) for each in ("First?", "Second?")]
    person.sees("First?")
    expect(person.page.get_by_text("Next task ready")).to_be_visible()
    person.forgives("ERR_")
    office.crash()
    try:
        for instruction in ("First?", "Second?"):
            person.sees(instruction).page.get_by_role("textbox").fill(f"to {instruction}")
            person.submit()
        expect(person.page.get_by_text("2 answers are waiting to be sent")).to_be_visible()
    finally:
        office.recover()
    assert [office.result(each)["response"] for each in asked] == ["to First?", "to Second?"]
    assert [len(office.result(each)["raw_responses"]) for each in asked] == [1, 1]
    expect(person.page.get_by_text("waiting to be sent")).to_have_count(0)
    later = office.ask("free-text", "Third?")
    person.sees("Third?")
    assert office.status(later) == "pending"


def test_the_pictures_of_the_next_task_are_there_without_a_network(
    person: Person, office: Office
) -> None:
    office.ask("free-text", "First?")
    person.sees("First?")
    with person.page.expect_event("requestfinished", lambda call: "/media/" in call.url):
        office.ask("free-text", "Second?", attachments=[office.picture()], attachments_type="image")
    person.forgives("ERR_INTERNET_DISCONNECTED")
    person.context.set_offline(True)
    person.page.get_by_role("textbox").fill("done")
    person.submit()
    person.sees("Second?")
    picture = person.page.locator("article img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    person.context.set_offline(False)


def test_leaving_in_the_middle_of_an_upload_is_asked_about(person: Person, office: Office) -> None:
    request = office.ask("image", "Show it")
    person.sees("Show it")
    held: list[Route] = []
    person.page.route("**/worker/v1/media*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    # A page may ask only of somebody who has touched it.
    person.heading.click()
    person.page.get_by_test_id("file").set_input_files(PICTURES / "sun.svg")
    expect(person.page.get_by_role("progressbar")).to_be_visible()
    while not held:  # the page tells of it when it is next waited for
        person.page.wait_for_timeout(20)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    person.page.once("dialog", stay)
    person.page.close(run_before_unload=True)
    person.page.wait_for_function("() => document.querySelector('progress') !== null")
    held[0].continue_()
    expect(person.page.locator(".preview img")).to_be_visible()
    person.press("Enter")
    assert asked == ["beforeunload"]
    assert office.result(request)["response"].startswith(office.origin)


def test_what_was_done_for_a_task_that_is_taken_back_is_shown_and_can_be_copied(
    person: Person, office: Office
) -> None:
    request = office.ask("free-text", "Where?")
    person.sees("Where?")
    person.page.get_by_role("textbox").fill("almost")
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    office.abort(request)
    person.button("Show what you had done").click()
    person.sees("Where?")
    expect(person.page.get_by_text("has withdrawn that task")).to_be_visible()
    expect(person.page.locator("textarea")).to_have_value("almost")
    person.button("Copy").click()
    expect(person.button("Copied")).to_be_visible()
    assert person.page.evaluate("() => navigator.clipboard.readText()") == "almost"


def test_a_drawing_whose_task_was_withdrawn_while_the_page_was_closed_is_still_there(
    person: Person, office: Office
) -> None:
    request = office.ask("annotations", "Box it", annotations_type="rectangle", **picture(office))
    at = canvas(person.sees("Box it"), 600, 400)
    drag(person, at(60, 40), at(120, 80))
    with person.page.expect_response(lambda reply: reply.url.endswith("/draft")):
        drag(person, at(300, 200), at(360, 240))
    person.page.goto("about:blank")
    office.abort(request)
    person.forgives("409", "404")
    person.page.goto(f"{office.origin}/work")
    person.idles()
    person.button("Show what you had done").click()
    person.sees("Box it")
    canvas(person, 600, 400)
    said = person.page.get_by_role("listitem").filter(has_text="(300, 200)")
    expect(said).to_be_attached()
    person.press("Delete", "Control+a", "Delete", "Escape").sees("Your answers")
    card = person.page.get_by_role("button", name="Box it")
    expect(card).to_be_focused()
    expect(card).to_contain_text("has withdrawn that task")
    assert violations(person.page) == []
    person.press("Enter").sees("Box it")
    expect(said).to_be_attached()
    person.button("Discard").click()
    person.sees("Your answers")
    expect(card).to_have_count(0)


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
