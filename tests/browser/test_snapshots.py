"""What every screen looks like on a desktop, tablet and phone; `make snapshots` renews it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.snapshots import FOLDER, MOST_DIFFERENCE, RENEWING, Snapshots
from tests.browser.test_looks import SCREENS

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


MORE: dict[str, tuple[Callable[[Office], object], Callable[[Person], None]]] = {
    "fault": (missing, faulty),
    "keys": (SCREENS["rating"], keys),
    "flag": (SCREENS["rating"], flagging),
    "annotation": (SCREENS["annotation"], drawn),
    "tracking": (SCREENS["tracking"], drawn),
}


@pytest.fixture(scope="module")
def snapshots(chromium: Browser) -> Iterator[Snapshots]:
    album = Snapshots(chromium)
    yield album
    album.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", sorted({*SCREENS, *MORE}))
def test_a_screen_looks_as_it_did(
    chromium: Browser, office: Office, snapshots: Snapshots, screen: str, size: str
) -> None:
    ask, arrive = MORE.get(screen) or (SCREENS[screen], at_rest)
    ask(office)
    context = chromium.new_context(**SIZES[size], reduced_motion="reduce")
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
    assert {*kept} == {f"{screen}-{size}" for screen in [*SCREENS, *MORE] for size in SIZES}
