"""No network at all, with the page from its service worker: work goes on, and is sent once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.conftest import DESKTOP
from tests.browser.office import Office
from tests.browser.person import Person

KEPT = """async () => navigator.serviceWorker.controller !== null
    && await caches.match('/work') !== undefined"""


@pytest.fixture
def traveller(chromium: Browser, office: Office) -> Iterator[Person]:
    """A worker whose browser keeps the workspace, as every customer's does."""
    context = chromium.new_context(viewport=DESKTOP, service_workers="allow")
    with Person(context, office) as someone:
        someone.page.wait_for_function(KEPT)
        someone.forgives("ERR_")
        yield someone


def tells(person: Person, words: str) -> None:
    expect(person.page.get_by_text(words)).to_be_visible()


def write(person: Person, instruction: str, text: str) -> None:
    person.sees(instruction).page.get_by_role("textbox").fill(text)


def next_is_ready(person: Person) -> None:
    expect(person.page.get_by_text("Next task ready")).to_be_visible()


@pytest.fixture(params=["direct", "encrypted"])
def fetched(request: pytest.FixtureRequest, office: Office) -> Iterator[str]:
    """How the address of a picture begins as the browser asks for it."""
    office.encrypt_media(request.param)
    yield {"direct": "/media/", "encrypted": "/sealed/"}[request.param]
    office.encrypt_media("direct")


def test_a_page_opened_anew_without_a_network_goes_on_to_the_next_picture(
    traveller: Person, office: Office, fetched: str
) -> None:
    first = office.ask("free-text", "First?")
    traveller.sees("First?")
    with traveller.page.expect_event("requestfinished", lambda call: fetched in call.url):
        second = office.ask(
            "free-text", "Second?", attachments=[office.picture()], attachments_type="image"
        )
    next_is_ready(traveller)
    traveller.context.set_offline(True)
    write(traveller, "First?", "half a th")
    traveller.page.reload()
    traveller.sees("First?")
    tells(traveller, "No connection")
    expect(traveller.page.get_by_role("textbox")).to_have_value("half a th")
    sent: list[str] = []
    traveller.page.on(
        "request", lambda call: sent.append(call.post_data or "") if "/answer" in call.url else None
    )
    write(traveller, "First?", "half a thing")
    traveller.submit()

    picture = traveller.sees("Second?").page.locator("article img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    write(traveller, "Second?", "the sun")
    traveller.submit()
    tells(traveller, "2 answers are waiting to be sent")
    traveller.page.reload()
    tells(traveller, "2 answers are waiting to be sent")
    traveller.context.set_offline(False)

    assert [office.result(each)["response"] for each in (first, second)] == [
        "half a thing",
        "the sun",
    ]
    assert [len(office.result(each)["raw_responses"]) for each in (first, second)] == [1, 1]
    expect(traveller.page.get_by_text("waiting to be sent")).to_have_count(0)
    # However often the first was tried, the second came only after it.
    assert list(dict.fromkeys("sun" if "sun" in body else "thing" for body in sent)) == [
        "thing",
        "sun",
    ]
    assert sorted(sent, key=lambda body: "sun" in body) == sent


def test_a_page_opened_anew_while_the_server_is_dead_sends_once_it_lives(
    traveller: Person, office: Office
) -> None:
    request = office.ask("free-text", "Where?")
    traveller.sees("Where?")
    office.crash()
    try:
        traveller.page.reload()
        write(traveller, "Where?", "here")
        traveller.submit()
        tells(traveller, "1 answer is waiting to be sent")
        traveller.page.reload()
        tells(traveller, "1 answer is waiting to be sent")
    finally:
        office.recover()
    ended = office.result(request)
    assert ended["response"] == "here"
    assert len(ended["raw_responses"]) == 1


def test_a_break_begun_without_a_network_lasts(traveller: Person, office: Office) -> None:
    request = office.ask("rating", "How warm?")
    traveller.sees("How warm?")
    traveller.context.set_offline(True)
    traveller.press("Shift+P").sees("You are on a break")
    traveller.page.reload()
    traveller.sees("You are on a break")
    # What could not be given back then is given back now.
    traveller.context.set_offline(False)
    office.waits(request)
    traveller.sees("You are on a break")
    traveller.button("Go on working").click()
    traveller.sees("How warm?")
