"""From one task to the next, and everything that may come between."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect
from tests.browser.office import Office
from tests.browser.person import Person

ANSWER = re.compile(r"/worker/v1/assignments/[^/]+/answer$")


def two(office: Office) -> tuple[str, str]:
    """Ask two questions, the second of which can be fetched ahead."""
    asked = [
        office.ask("multiple-choice", name, choices=["yes", "no"], max_answers=1)
        for name in ("First?", "Second?")
    ]
    return asked[0], asked[1]


def both_here(person: Person) -> None:
    person.sees("First?")
    expect(person.page.get_by_text("Next task ready")).to_be_visible()


def test_without_a_session_the_page_asks_for_the_link(chromium: Browser, office: Office) -> None:
    page = chromium.new_page()
    page.goto(f"{office.origin}/work")
    expect(page.get_by_role("heading", name="Please open your sign-in link")).to_be_visible()
    page.close()


def test_signing_out_ends_the_session(person: Person) -> None:
    person.page.get_by_label("Account of Ada Lovelace").click()
    expect(person.page.get_by_text("Street survey")).to_be_visible()
    person.button("Sign out").click()
    expect(person.heading).to_have_text("Please open your sign-in link")
    person.forgives("401")


def test_work_arrives_by_itself_and_takes_the_focus(person: Person, office: Office) -> None:
    person.idles()
    office.ask("free-text", "Are you there?")
    person.sees("Are you there?")
    expect(person.heading).to_be_focused()
    expect(person.page).to_have_title(re.compile("^● Street survey"))


def test_the_next_task_does_not_wait_for_the_answer_to_arrive(
    person: Person, office: Office
) -> None:
    first, second = two(office)
    both_here(person)
    # The answer is held up on its way.
    held_up: list[Route] = []
    person.page.route(ANSWER, lambda route: held_up.append(route), times=1)  # noqa: PLW0108 - Playwright marks it
    person.press("1")
    person.submit()
    person.sees("Second?")
    assert office.status(first) == "pending"
    expect(person.heading).to_be_focused()
    held_up[0].continue_()
    assert office.result(first)["response"] == ["yes"]
    person.press("2", "Enter")
    assert office.result(second)["response"] == ["no"]


def test_a_double_click_sends_one_answer(person: Person, office: Office) -> None:
    first, second = two(office)
    both_here(person)
    sent: list[str] = []
    person.page.on(
        "request", lambda call: sent.append(call.url) if ANSWER.search(call.url) else None
    )
    person.press("1")
    person.button("Submit").dblclick()
    person.sees("Second?")
    office.result(first)
    expect(person.page.get_by_role("alert").filter(has_text="Pick an answer")).to_have_count(0)
    assert len(sent) == 1
    assert office.status(second) == "pending"


def test_a_held_enter_does_not_run_through_the_queue(person: Person, office: Office) -> None:
    first, second = two(office)
    both_here(person)
    person.press("1").page.keyboard.down("Enter")
    person.sees("Second?").page.keyboard.down("Enter")
    person.page.keyboard.down("Enter")
    person.page.keyboard.up("Enter")
    assert office.result(first)["response"] == ["yes"]
    assert office.status(second) == "pending"
    expect(person.page.get_by_role("alert").filter(has_text="Pick an answer")).to_have_count(0)


def test_a_task_is_skipped_with_a_reason(person: Person, office: Office) -> None:
    first, _ = two(office)
    both_here(person)
    with person.page.expect_request(re.compile("/skip$")) as skipped:
        person.press("s").page.keyboard.type("I do not know that place")
        person.press("Enter")
    assert skipped.value.post_data_json == {"reason": "I do not know that place"}
    person.sees("Second?")
    assert office.status(first) == "pending"


def test_a_flag_says_what_is_wrong(person: Person, office: Office) -> None:
    first, _ = two(office)
    both_here(person)
    person.press("f", "Enter")
    dialog = person.page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("Say what is wrong"))
    person.page.keyboard.type("The picture is missing")
    dialog.get_by_role("button", name="Flag task").click()
    ended = office.result(first)
    assert ended["status"] == "flagged"
    assert ended["cruncher_feedback"] == "The picture is missing"
    person.sees("Second?")


def test_escape_closes_a_dialog_and_keys_rest_in_it(person: Person, office: Office) -> None:
    two(office)
    both_here(person)
    person.press("f")
    expect(person.page.get_by_role("dialog")).to_be_visible()
    person.page.get_by_role("dialog").get_by_role("button", name="Cancel").focus()
    person.press("1", "Escape")
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    expect(person.page.get_by_label("yes")).not_to_be_checked()


def test_the_sheet_lists_the_keys_that_work_here(person: Person, office: Office) -> None:
    two(office)
    both_here(person)
    person.press("?")
    sheet = person.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Pick a choice")).to_be_visible()
    expect(sheet.get_by_text("Submit the answer")).to_be_visible()
    person.press("Escape")
    expect(sheet).to_have_count(0)


def test_an_answer_waits_for_the_network(person: Person, office: Office) -> None:
    first, second = two(office)
    both_here(person)
    person.page.route(ANSWER, lambda route: route.abort())
    person.press("1", "Enter").sees("Second?")
    expect(person.page.get_by_text("1 answer is waiting to be sent")).to_be_visible()
    assert office.status(first) == "pending"
    person.page.unroute(ANSWER)
    assert office.result(first)["response"] == ["yes"]
    expect(person.page.get_by_text("waiting to be sent")).to_have_count(0)
    # Nothing else was lost on the way.
    person.press("2", "Enter")
    assert office.result(second)["response"] == ["no"]
    person.forgives("ERR_FAILED")


def test_a_refused_answer_comes_back_as_it_was(person: Person, office: Office) -> None:
    request = office.ask("free-text", "First?")
    office.ask("free-text", "Second?")
    both_here(person)
    message = "The answer has half of a surrogate pair."
    error = {"code": "invalid_answer", "message": message, "field": "response"}
    person.reply_to("**/answer", 422, {"error": error})
    person.press("w").page.keyboard.type("my words")
    person.press("Control+Enter").sees("First?")
    alert = person.page.get_by_role("alert").filter(has_text=message)
    expect(alert.locator("code")).to_have_text("response")
    expect(person.page.get_by_label("Your answer")).to_have_value("my words")
    person.press("Control+Enter").sees("Second?")
    assert office.result(request)["response"] == "my words"
    person.forgives("422")


def test_an_aborted_task_leaves_the_desk_and_says_so(person: Person, office: Office) -> None:
    first, _ = two(office)
    both_here(person)
    office.abort(first)
    person.sees("Second?")
    notice = person.page.get_by_text("Whoever asked has withdrawn that task.")
    expect(notice).to_be_visible()
    person.button("Dismiss").click()
    expect(notice).to_have_count(0)


def test_half_done_work_is_there_after_a_reload(person: Person, office: Office) -> None:
    request = office.ask("free-text", "A long story?")
    person.sees("A long story?").page.get_by_label("Your answer").fill("It began")
    person.page.reload()
    expect(person.sees("A long story?").page.get_by_label("Your answer")).to_have_value("It began")
    person.press("w", "End").page.keyboard.type(" and ended.")
    person.press("Control+Enter")
    assert office.result(request)["response"] == "It began and ended."


@pytest.mark.parametrize("key", ["Enter", "s"])
def test_a_focused_button_keeps_its_own_keys(person: Person, office: Office, key: str) -> None:
    first, _ = two(office)
    both_here(person)
    person.press("1").button("Flag").focus()
    person.press(key)
    titles = {"Enter": "What is wrong with this task?", "s": "Skip this task?"}
    expect(person.page.get_by_role("dialog", name=titles[key])).to_be_visible()
    assert office.status(first) == "pending"
