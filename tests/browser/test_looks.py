"""What every screen must be: within reach, readable, operable by all, and light."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.office import Office
from tests.browser.person import Person

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
ASSETS = Path(__file__).parents[2] / "src/humanwire/static/assets"
PAGE_BYTES = 70_000
DRAWING_BYTES = 120_000
TOUCH_PIXELS = 44

Screen = Callable[[Office], object]


def picture(office: Office) -> dict[str, Any]:
    return {"attachments_type": "image", "attachments": [office.picture("street")]}


def track(office: Office) -> str:
    """A short film with an object in it."""
    frames = [{"frame_id": f"f{at}", "src": office.picture("street")} for at in range(12)]
    corners = [{"x": x, "y": y} for x, y in ((0.2, 0.5), (0.4, 0.5), (0.4, 0.7), (0.2, 0.7))]
    seen = {f"f{at}": {"coordinates": corners} for at in range(2, 9)}
    car = {"_id": "1", "type": "rectangle", "label": "car", "frames": seen}
    return office.ask(
        "tracking",
        video_data={"frames": frames},
        labels=["car", "person"],
        maker_response={"video2d": {"data": {"annotations": [car]}}},
    )


SCREENS: dict[str, Screen] = {
    "idle": lambda _: None,
    "choice": lambda office: office.ask(
        "multiple-choice", choices=["yes", "no"], max_answers=1, **picture(office)
    ),
    "choices": lambda office: office.ask(
        "multiple-choice", "Which?\nAll that fit.", choices=[f"choice {n}" for n in range(12)]
    ),
    "pictures": lambda office: office.ask(
        "multiple-choice", choices=[office.picture("sun"), office.picture()], choices_type="image"
    ),
    "text": lambda office: office.ask("free-text", attachments=["Words " * 40]),
    "call": lambda office: office.ask("free-text", attachments=["dial:+14155550123@ww1"]),
    "number": lambda office: office.ask("free-text", validation="number", **picture(office)),
    "website": lambda office: office.ask(
        "free-text", attachments_type="website", attachments=[f"{office.origin}/healthz"]
    ),
    "rating": lambda office: office.ask("rating", rating_max=10, **picture(office)),
    "media": lambda office: office.ask("image"),
    "annotation": lambda office: office.ask("annotations", **picture(office)),
    "tracking": track,
}
DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def violations(page: Page, *schemes: Scheme) -> list[str]:
    """What axe holds against the page as it stands, in light and dark, animations over."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm ci in frontend/")
    page.evaluate(AXE.read_text())
    seen = [each for scheme in schemes or SCHEMES for each in _violations(page, scheme)]
    page.emulate_media(color_scheme=None)
    return seen


def _violations(page: Page, scheme: Scheme) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finish?.()))")
    # Foreign frames are their owners' affair.
    options = "{ iframes: false, resultTypes: ['violations'] }"
    found = page.evaluate(f"() => axe.run(document, {options})")["violations"]
    return [f"{scheme} {each['id']}: {each['nodes'][0]['html']}" for each in found]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    sizes = "({ scrollWidth, clientWidth }) => scrollWidth - clientWidth"
    return page.locator("html").evaluate(sizes)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_accessible_and_fits(
    chromium: Browser, office: Office, screen: str, device: str
) -> None:
    SCREENS[screen](office)
    # Endless animation would never let axe begin.
    context = chromium.new_context(**DEVICES[device], reduced_motion="reduce")
    with Person(context, office) as person:
        if screen == "idle":
            person.idles()
        else:
            expect(person.page.locator("form > .acts")).to_be_in_viewport(ratio=1)
        person.page.evaluate("() => Promise.all([...document.images].map((one) => one.decode()))")
        assert violations(person.page) == []
        assert overflow(person.page) <= 0


def test_dialogs_and_signs_of_trouble_are_accessible(chromium: Browser, office: Office) -> None:
    office.ask("rating")
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    with Person(context, office) as person:
        person.sees("What is it?").settle().submit()
        expect(person.page.get_by_role("alert").filter(has_text="Choose a rating")).to_be_visible()
        for key in ("?", "s", "f"):
            person.press(key)
            expect(person.page.get_by_role("dialog")).to_be_visible()
            assert violations(person.page) == []
            person.press("Escape")
        office.clear()
        expect(person.page.get_by_text("has withdrawn that task")).to_be_visible()
        person.page.get_by_label("Account of").click()
        assert violations(person.page) == []


def test_signing_in_again_is_explained_accessibly(chromium: Browser, office: Office) -> None:
    page = chromium.new_page()
    page.goto(f"{office.origin}/work")
    expect(page.locator("h1")).to_have_text("Please open your sign-in link")
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("screen", ["choice", "text", "rating", "media"])
def test_fingers_find_everything(phone: Person, office: Office, screen: str) -> None:
    SCREENS[screen](office)
    expect(phone.page.locator("form > .acts")).to_be_visible()
    targets = "button:visible, label:has(input):visible, input:visible:not([type=radio])"
    targets += ":not([type=checkbox]), textarea:visible, summary:visible, a:visible:not(.skip-link)"
    for target in phone.page.locator(targets).all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= TOUCH_PIXELS, target.evaluate("element => element.outerHTML")


def test_a_phone_answers_by_touch(phone: Person, office: Office) -> None:
    request = office.ask("multiple-choice", choices=["yes", "no"], max_answers=1)
    phone.sees("What is it?").page.get_by_label("no").tap()
    phone.button("Submit").tap()
    assert office.result(request)["response"] == ["no"]


def test_the_page_is_light_until_there_is_something_to_draw(
    chromium: Browser, office: Office
) -> None:
    office.ask("multiple-choice", choices=["yes", "no"], max_answers=1)
    with Person(chromium.new_context(service_workers="block"), office) as person:
        person.page.reload()
        expect(person.page.get_by_label("yes")).to_be_visible()
        files: dict[str, int] = person.page.evaluate(
            """() => Object.fromEntries(performance.getEntries()
                .filter(({ name }) => new URL(name, location).pathname.startsWith('/work'))
                .filter(({ encodedBodySize }) => encodedBodySize)
                .map(({ name, encodedBodySize }) => [name.split('/').pop(), encodedBodySize]))"""
        )
    assert len(files) >= 3
    assert sum(files.values()) <= PAGE_BYTES
    # What a kind that draws brings along is built apart.
    for kind in ("tracking", "annotation"):
        more = reached(f"{kind}-kind-*.js") - {*files}
        assert 0 < sum(packed(name) for name in more) <= DRAWING_BYTES


def reached(pattern: str) -> set[str]:
    """The built files that match, and all that they import."""
    found = {path.name for path in ASSETS.glob(pattern)}
    left = [*found]
    while left:
        text = (ASSETS / left.pop()).read_text()
        for name in re.findall(r"""["'](?:\./|assets/)([\w.-]+\.(?:js|css))["']""", text):
            if name not in found:
                found.add(name)
                left.append(name)
    return found


def packed(name: str) -> int:
    compressed = ASSETS / f"{name}.br"
    return (compressed if compressed.exists() else ASSETS / name).stat().st_size


def test_the_page_of_the_api_needs_nothing_from_elsewhere(
    chromium: Browser, office: Office
) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda call: asked.append(call.url))
    page.goto(f"{office.origin}/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    assert [url for url in asked if not url.startswith((office.origin, "data:", "blob:"))] == []
    page.close()
