"""What every screen looks like on a desktop, tablet and phone; `make snapshots` renews it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.snapshots import FOLDER, MOST_DIFFERENCE, RENEWING, Snapshots
from tests.browser.test_form import EVERYTHING
from tests.browser.test_looks import SCREENS, picture
from tests.browser.test_marks import canvas, drag, marks

SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": ViewportSize(width=1280, height=800)},
    "tablet": {"viewport": ViewportSize(width=820, height=1180), "has_touch": True},
    "phone": {
        "viewport": ViewportSize(width=390, height=844),
        "has_touch": True,
        "is_mobile": True,
    },
}
MOST_BYTES = 400_000


def missing(office: Office) -> None:
    gone = f"{office.origin}/media/1-gone"
    office.ask("free-text", attachments_type="image", attachments=[gone])


def faulty(person: Person) -> None:
    expect(person.page.get_by_role("button", name="Flag this")).to_be_visible()
    person.forgives("Failed to load resource")


def keys(person: Person) -> None:
    expect(person.page.locator("form > .acts")).to_be_visible()
    person.press("?")
    expect(person.page.get_by_role("dialog")).to_be_visible()


def flagging(person: Person) -> None:
    expect(person.page.locator("form > .acts")).to_be_visible()
    person.press("f")
    expect(person.page.get_by_role("dialog")).to_be_visible()


def at_rest(person: Person) -> None:
    expect(person.page.locator("form > .acts")).to_be_visible()
    expect(person.page.get_by_text("Loading…")).to_have_count(0)


def drawn(person: Person) -> None:
    expect(person.page.locator(".canvas .stage")).to_be_visible()
    at_rest(person)


def form(office: Office) -> None:
    """Every type of field beside a picture with a box to draw."""
    office.ask("form", "Describe the street.", result_structure=EVERYTHING, **picture(office))


def tagging(office: Office) -> None:
    street = office.picture("street")
    marks(office, "image", "photo-tag", street, tags=["house", "car", "lamp", "tree"])


def tagged(person: Person) -> None:
    """A box is drawn, and asks for its tag."""
    at = canvas(person, 800, 600)
    drag(person, at(500, 400), at(720, 520))
    expect(person.page.get_by_role("radio", name="house")).to_be_visible()


def settings(person: Person) -> None:
    at_rest(person)
    person.press(",")
    expect(person.page.get_by_role("dialog")).to_be_visible()


MORE: dict[str, tuple[Callable[[Office], object], Callable[[Person], None]]] = {
    "fault": (missing, faulty),
    "keys": (SCREENS["rating"], keys),
    "flag": (SCREENS["rating"], flagging),
    "annotation": (SCREENS["annotation"], drawn),
    "tracking": (SCREENS["tracking"], drawn),
    "form": (form, drawn),
    "photo-tag": (tagging, tagged),
    "settings": (SCREENS["rating"], settings),
}
DARK = ("annotation", "choice", "form", "photo-tag", "settings", "tracking")
NAMES = [*sorted({*SCREENS, *MORE}), *(f"dark-{screen}" for screen in DARK)]


@pytest.fixture(scope="module")
def snapshots(chromium: Browser) -> Iterator[Snapshots]:
    album = Snapshots(chromium)
    yield album
    album.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", NAMES)
def test_a_screen_looks_as_it_did(
    chromium: Browser, office: Office, snapshots: Snapshots, screen: str, size: str
) -> None:
    plain = screen.removeprefix("dark-")
    ask, arrive = MORE.get(plain) or (SCREENS[plain], at_rest)
    ask(office)
    scheme = "light" if screen == plain else "dark"
    context = chromium.new_context(**SIZES[size], reduced_motion="reduce", color_scheme=scheme)
    with Person(context, office) as person:
        if screen == "idle":
            person.idles()
        else:
            arrive(person)
        seen = snapshots.difference(person.page, f"{screen}-{size}")
    assert seen["difference"] <= MOST_DIFFERENCE, seen


@pytest.mark.skipif(RENEWING, reason="what is harmed is not to be kept")
@pytest.mark.parametrize(
    "harm",
    [
        ".acts .primary { background: none !important; }",
        ".acts { margin-block-start: 24px !important; }",
        "header, .question { padding: 0 !important; }",
        "figure img { visibility: hidden; }",
        "h1 { font-size: 1rem !important; }",
    ],
)
def test_what_breaks_is_seen(
    person: Person, office: Office, snapshots: Snapshots, harm: str
) -> None:
    SCREENS["choice"](office)
    at_rest(person)
    person.page.add_style_tag(content=harm)
    seen = snapshots.difference(person.page, "choice-desktop")
    assert seen["difference"] > MOST_DIFFERENCE, seen


def test_the_pictures_are_small_and_all_used() -> None:
    kept = {path.stem: path.stat().st_size for path in FOLDER.glob("*")}
    assert sum(kept.values()) <= MOST_BYTES
    assert {*kept} == {f"{screen}-{size}" for screen in NAMES for size in SIZES}
