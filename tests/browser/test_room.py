"""The room around the tasks: own keys, languages, looks, guidelines, installing, word of work."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_looks import SCREENS, overflow, violations

HOSTILE = """# Rules
Some **strong** words, and a [link](https://example.org/rules).
<script>window.broken = 1</script><img src=x onerror="window.broken = 2">
[bad](javascript:window.broken=3) ![spy](https://spy.example/pixel.png)
<a href="https://example.org" onclick="window.broken = 4" style="position:fixed">styled</a>
### Deeper
* one
* two
"""


@pytest.fixture(autouse=True)
def as_at_first(office: Office) -> Iterator[None]:
    """Leave the worker's settings and the project's guidelines as they were."""
    yield
    office.settle_in()
    office.guide("")


def key_of(person: Person, action: str) -> Locator:
    """The button in the sheet that changes an action's key."""
    return person.page.get_by_role("button", name=f"of “{action}”").first


def choose(person: Person, language: str) -> None:
    person.press(",")
    person.page.locator("#settings-language").select_option(label=language)
    person.press("Escape")


def change_key(person: Person, action: str, key: str) -> None:
    person.press("?")
    key_of(person, action).click()
    person.press(key)


def test_a_key_of_ones_own_holds_in_place_after_a_reload_and_elsewhere(
    chromium: Browser, person: Person, office: Office
) -> None:
    office.ask("rating")
    change_key(person.sees("What is it?"), "Skip the task", "x")
    expect(key_of(person, "Skip the task")).to_have_text("X")
    person.press("Escape")
    skip = person.page.locator(".acts button").first
    expect(skip).to_have_text("Skip X")
    expect(skip).to_have_attribute("aria-keyshortcuts", "x")
    person.press("s")
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    person.press("x")
    expect(person.page.get_by_role("dialog", name="Skip this task?")).to_be_visible()
    person.page.reload()
    expect(skip).to_have_text("Skip X")
    with Person(chromium.new_context(viewport=DESKTOP), office) as elsewhere:
        expect(elsewhere.page.locator(".acts button").first).to_have_text("Skip X")


def test_a_key_that_is_taken_is_swapped_or_left(person: Person, office: Office) -> None:
    office.ask("rating")
    change_key(person.sees("What is it?"), "Skip the task", "f")
    taken = person.page.get_by_role("alert").filter(has_text="F already stands for")
    expect(taken).to_be_visible()
    person.button("Leave it").click()
    expect(key_of(person, "Skip the task")).to_have_text("S")
    key_of(person, "Skip the task").click()
    person.press("f")
    person.button("Swap the two").click()
    expect(key_of(person, "Skip the task")).to_have_text("F")
    expect(key_of(person, "Flag a problem")).to_have_text("S")
    person.press("Escape", "s")
    expect(person.page.get_by_role("dialog", name="What is wrong with this task?")).to_be_visible()
    person.press("Escape", "?")
    person.button("Reset all keys").click()
    expect(key_of(person, "Skip the task")).to_have_text("S")


def test_what_the_browser_keeps_is_refused_and_escape_leaves_all_as_it_was(
    person: Person, office: Office
) -> None:
    office.ask("rating")
    change_key(person.sees("What is it?"), "Skip the task", "Control+j")
    expect(person.page.get_by_text("The browser keeps Ctrl J for itself")).to_be_visible()
    person.press("Escape")
    expect(person.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    expect(key_of(person, "Skip the task")).to_have_text("S")


def test_digits_of_a_rating_and_keys_of_choices_are_not_given_away(
    person: Person, office: Office
) -> None:
    request = office.ask("multiple-choice", choices=["a", "b"], max_answers=1)
    change_key(person.sees("What is it?"), "Skip the task", "2")
    expect(person.page.get_by_role("alert").filter(has_text="2 already")).to_be_visible()
    expect(person.button("Swap the two")).to_have_count(0)
    person.press("Escape", "2", "Enter")
    assert office.result(request)["response"] == ["b"]


def test_the_page_speaks_the_browsers_language_until_one_is_chosen(
    chromium: Browser, office: Office
) -> None:
    office.ask("rating")
    context = chromium.new_context(viewport=DESKTOP, locale="de-AT")
    with Person(context, office) as person:
        expect(person.page.locator("html")).to_have_attribute("lang", "de")
        expect(person.button("Absenden")).to_be_visible()
        choose(person, "English")
        expect(person.button("Submit")).to_be_visible()
        person.page.reload()
        expect(person.button("Submit")).to_be_visible()


def test_arabic_is_written_from_the_right_and_the_slider_goes_with_it(
    person: Person, office: Office
) -> None:
    request = office.ask("rating", rating_max=10)
    choose(person.sees("What is it?"), "العربية")
    page = person.page
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    submit = page.locator(".acts .primary")
    skip = page.locator(".acts button").first
    boxes = [each.bounding_box() for each in (submit, skip)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["x"] < boxes[1]["x"]
    assert violations(page) == []
    # The end of the scale is on the left now, and an arrow moves the handle its own way.
    person.press("Home", "ArrowLeft", "ArrowLeft", "ArrowRight")
    slider = page.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "1")
    slider.focus()
    person.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "2")
    submit.click()
    assert office.result(request)["response"] == 2


SETTLED: dict[str, dict[str, Any]] = {
    "arabic": {"language": "ar"},
    "contrast": {"contrast": True},
    "dark contrast": {"contrast": True, "theme": "dark"},
    "german": {"language": "de", "theme": "dark"},
}


@pytest.mark.parametrize("settled", SETTLED)
@pytest.mark.parametrize("screen", ["idle", "choices", "pictures", "text", "rating", "media"])
def test_each_form_is_accessible_and_fits_as_it_is_liked(
    chromium: Browser, office: Office, screen: str, settled: str
) -> None:
    office.settle_in(SETTLED[settled])
    SCREENS[screen](office)
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    with Person(context, office) as person:
        waited = person.page.locator("h1" if screen == "idle" else ".acts")
        expect(waited.first).to_be_visible()
        root = person.page.locator("html")
        expect(root).to_have_attribute("lang", SETTLED[settled].get("language", "en"))
        expect(root).to_have_attribute("data-theme", SETTLED[settled].get("theme", "system"))
        more = "more" if SETTLED[settled].get("contrast") else "system"
        expect(root).to_have_attribute("data-contrast", more)
        for viewport in (DESKTOP, PHONE):
            person.page.set_viewport_size(viewport)
            assert violations(person.page, "light") == []
            assert overflow(person.page) <= 0


@pytest.mark.parametrize("screen", ["idle", "choices", "text", "rating", "media"])
def test_text_twice_as_large_still_fits(chromium: Browser, office: Office, screen: str) -> None:
    SCREENS[screen](office)
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    with Person(context, office) as person:
        expect(person.page.locator("h1")).to_be_visible()
        person.page.add_style_tag(content="html { font-size: 200% !important }")
        assert overflow(person.page) <= 0
        if screen != "idle":
            expect(person.page.locator(".acts .primary")).to_be_in_viewport(ratio=1)


def test_the_dialogs_are_accessible(chromium: Browser, office: Office) -> None:
    office.guide("# Look\n\n* twice\n* or more")
    office.ask("rating")
    for viewport in (DESKTOP, PHONE):
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce")
        with Person(context, office) as person:
            person.sees("What is it?")
            for key in (",", "?"):
                person.press(key)
                expect(person.page.get_by_role("dialog")).to_be_visible()
                assert violations(person.page) == []
                person.press("Escape")
                expect(person.page.get_by_role("dialog")).to_have_count(0)
            person.press("g")
            expect(person.page.get_by_role("heading", name="Look")).to_be_visible()
            assert violations(person.page) == []
            assert overflow(person.page) <= 0
            person.press("g")


def test_colours_motion_and_contrast_are_the_workers_choice(person: Person, office: Office) -> None:
    office.ask("rating")
    page = person.sees("What is it?").page

    def ground() -> str:
        return page.locator("html").evaluate("html => getComputedStyle(html).backgroundColor")

    assert ground() == "rgb(245, 244, 240)"
    person.press(",")
    page.get_by_role("radio", name="Dark").check()
    assert ground() == "rgb(18, 21, 20)"
    page.get_by_role("switch", name="High contrast").check()
    assert ground() == "rgb(0, 0, 0)"
    page.get_by_role("switch", name="Less motion").check()
    person.button("Done").click()
    page.reload()
    person.sees("What is it?")
    assert ground() == "rgb(0, 0, 0)"
    duration = page.locator("article").evaluate("one => getComputedStyle(one).animationDuration")
    assert float(duration.rstrip("s")) < 0.001


def test_guidelines_stand_beside_the_task_and_are_remembered(
    person: Person, office: Office
) -> None:
    office.guide("# How to rate\n\n1. Look.\n2. Rate.")
    request = office.ask("rating", rating_max=10)
    person.sees("What is it?")
    button = person.page.get_by_role("button", name="Guidelines (new)")
    expect(button).to_have_attribute("aria-expanded", "false")
    person.press("g")
    panel = person.page.get_by_role("complementary", name="Guidelines")
    expect(panel.get_by_role("listitem")).to_have_text(["Look.", "Rate."])
    person.page.reload()
    expect(panel.get_by_role("heading", name="How to rate")).to_be_visible()
    expect(person.page.get_by_role("button", name="Guidelines", exact=True)).to_be_visible()
    # They cover nothing of the task, which is answered as ever.
    person.press("5", "Enter")
    assert office.result(request)["response"] == 5
    expect(panel).to_have_count(0)


def test_guidelines_that_do_not_come_are_asked_for_again(person: Person, office: Office) -> None:
    office.guide("Look twice.")
    office.ask("rating")
    person.sees("What is it?")
    person.reply_to("**/guidelines", 500, {"error": {"code": "internal_error", "message": ""}})
    person.forgives("500")
    person.press("g")
    expect(person.page.get_by_role("alert").filter(has_text="could not be loaded")).to_be_visible()
    person.button("Try again").click()
    expect(person.page.get_by_text("Look twice.")).to_be_visible()


@pytest.mark.parametrize("where", ["guidelines", "instruction"])
def test_nothing_that_is_written_runs_or_fetches(
    person: Person, office: Office, where: str
) -> None:
    asked: list[str] = []
    person.page.on("request", lambda call: asked.append(call.url))
    if where == "guidelines":
        office.guide(HOSTILE)
    office.ask("rating", "Rate it." if where == "guidelines" else HOSTILE)
    expect(person.heading).to_have_text("Rate it." if where == "guidelines" else "Rules")
    if where == "guidelines":
        person.press("g")
    text = person.page.locator(".markdown")
    expect(text.get_by_role("link", name="link", exact=True)).to_be_visible()
    expect(text.get_by_role("listitem")).to_have_count(2)
    assert text.locator("script, img, [style], [onclick]").count() == 0
    links = {each.inner_text(): each for each in text.get_by_role("link").all()}
    assert set(links) == {"link", "spy"}
    for link in links.values():
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert link.get_attribute("target") == "_blank"
        assert (link.get_attribute("href") or "").startswith("https://")
    assert person.page.evaluate("() => window.broken") is None
    assert [url for url in asked if not url.startswith((office.origin, "data:", "blob:"))] == []
    assert violations(person.page) == []


def test_plain_instructions_look_as_they_were_written(person: Person, office: Office) -> None:
    office.ask("rating", "Rate 2 * 3 * 4\nIs 3 > 2?  Two  spaces, *one* asterisk.\nThe end.")
    person.sees("Rate 2 * 3 * 4")
    shown = person.page.locator(".more p")
    assert shown.all_text_contents() == ["Is 3 > 2?  Two  spaces, *one* asterisk.", "The end."]
    expect(person.page.locator(".markdown")).to_have_count(0)


def test_the_page_opens_without_a_network_once_it_has_been_visited(
    chromium: Browser, office: Office
) -> None:
    office.ask("rating")
    with Person(chromium.new_context(viewport=DESKTOP), office) as person:
        page = person.sees("What is it?").page
        page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        kept = page.evaluate(
            """async () => (await (await caches.open('humanwire-workspace')).keys())
                .map((request) => new URL(request.url).pathname)"""
        )
        assert "/work" in kept
        # Pages and their files, and nothing that was answered to a worker.
        assert [path for path in kept if path != "/work" and "/work/assets/" not in path] == []
        person.context.set_offline(True)
        person.forgives("ERR_INTERNET_DISCONNECTED")
        page.reload()
        expect(page.locator("header .brand")).to_be_visible()
        expect(page.get_by_text("The server cannot be reached")).to_be_visible()
        person.context.set_offline(False)
        person.sees("What is it?")


def test_the_page_can_be_installed(person: Person, office: Office) -> None:
    page = person.page
    manifest = page.request.get(f"{office.origin}/work/manifest.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    told = manifest.json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/work", "/work", "standalone")
    for icon in told["icons"]:
        reply = page.request.get(office.origin + icon["src"])
        assert reply.headers["content-type"] == "image/png"
        size = page.evaluate(
            """async (url) => { const image = new Image(); image.src = url; await image.decode();
                return `${image.naturalWidth}x${image.naturalHeight}`; }""",
            icon["src"],
        )
        assert size == icon["sizes"]
    worker = page.request.get(f"{office.origin}/work/sw.js")
    assert worker.headers["service-worker-allowed"] == "/work"
    assert worker.headers["cache-control"] == "no-cache"


LISTENING = """
window.heard = [];
Object.defineProperty(document, 'hidden', { get: () => window.away === true });
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.heard.push('sound'); return start.apply(this, when);
};
class Told { static permission = 'default';
  static requestPermission() { Told.permission = 'granted'; window.heard.push('asked');
    return Promise.resolve('granted'); }
  constructor(title, { body }) { window.heard.push(`${title}: ${body}`); }
  close() {} }
window.Notification = Told;
navigator.serviceWorker.getRegistration = () => Promise.resolve(undefined);
"""


def test_work_that_comes_while_nobody_looks_is_heard_and_told(
    chromium: Browser, office: Office
) -> None:
    context = chromium.new_context(viewport=DESKTOP)
    context.add_init_script(LISTENING)
    with Person(context, office) as person:
        person.idles()
        page = person.page
        person.press(",")
        page.get_by_role("switch", name="A notification when work arrives").check()
        assert page.evaluate("() => window.heard") == ["asked"]
        page.get_by_role("switch", name="A quiet sound when work arrives").check()
        person.press("Escape")
        page.evaluate("() => { window.heard = []; }")

        request = office.ask("rating", "While looking")
        person.sees("While looking")
        assert page.evaluate("() => window.heard") == []
        office.abort(request)
        person.idles()

        page.evaluate("() => { window.away = true; }")
        office.ask("rating", "While away")
        person.sees("While away")
        page.wait_for_function("() => window.heard.length === 3")
        told = page.evaluate("() => window.heard")
        assert sorted(told) == ["Work has arrived: Street survey", "sound", "sound"]
        expect(page).to_have_title(re.compile("^● Street survey"))


def test_a_refused_notification_says_so(chromium: Browser, office: Office) -> None:
    context = chromium.new_context(viewport=DESKTOP)
    context.add_init_script(LISTENING.replace("'granted'", "'denied'"))
    with Person(context, office) as person:
        person.idles()
        person.press(",")
        switch = person.page.get_by_role("switch", name="A notification when work arrives")
        switch.click()
        expect(person.page.get_by_text("Your browser forbids notifications")).to_be_visible()
        expect(switch).not_to_be_checked()


def test_the_account_menu_tells_how_far_one_is(person: Person, office: Office) -> None:
    office.ask("rating", "How green is it?", rating_max=5)
    person.sees("How green is it?").press("3")
    person.submit()
    person.idles()

    person.page.get_by_label("Account of").click()

    menu = person.page.locator("details[open]")
    for line in ("Today", "In the last hour", "In all"):
        expect(menu).to_contain_text(re.compile(rf"{line}: [1-9]"))
