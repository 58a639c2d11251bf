"""Material of every type is shown, opened safely, and named when it cannot be shown."""

import re
import wave
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person

YOUTUBE = "https://www.youtube.com/embed/abc123"


def show(office: Office, kind: str, *values: str) -> None:
    office.ask("free-text", "What is it?", attachments_type=kind, attachments=list(values))


def sound(office: Office) -> str:
    content = BytesIO()
    with wave.open(content, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8_000)
        out.writeframes(bytes(16_000))
    return office.call("POST", "/v1/media", content.getvalue(), "audio/wav")["url"]


def test_text_is_text_whatever_it_holds(person: Person, office: Office) -> None:
    text = "<img src=x onerror=alert(1)>\n  two  spaces & {braces}"
    show(office, "text", text)
    shown = person.sees("What is it?").page.get_by_label("Material").locator("p")
    assert shown.evaluate("p => p.innerText") == text


def test_a_call_is_a_button_with_its_tones_explained(person: Person, office: Office) -> None:
    show(office, "text", "dial:+14155550123@ww12#")
    call = person.sees("What is it?").page.get_by_role("link", name="Call +14155550123")
    assert call.get_attribute("href") == "tel:+14155550123;postd=ww12%23"
    steps = person.page.get_by_label("Material").locator("li")
    assert steps.all_inner_texts() == ["pause 1 s", "1", "2", "#"]


def test_a_picture_comes_through_this_server_and_enlarges(person: Person, office: Office) -> None:
    # Another name for this machine makes it a foreign address.
    foreign = office.picture("street").replace("127.0.0.1", "localhost")
    with person.page.expect_response(re.compile("/worker/v1/assignments/[^/]+/media/0$")):
        show(office, "image", foreign)
    image = person.sees("What is it?").page.locator("figure img")
    expect(image).to_be_visible()
    assert str(image.get_attribute("src")).startswith(f"blob:{office.origin}/")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    link = person.page.get_by_role("link", name="Open original")
    assert link.get_attribute("href") == foreign
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("referrerpolicy") == "no-referrer"
    person.press("o")
    viewer = person.page.get_by_role("dialog", name="Enlarged picture")
    expect(viewer.locator("img")).to_be_visible()
    viewer.get_by_role("button", name="Actual size").click()
    expect(viewer.get_by_role("button", name="Fit to screen")).to_be_visible()
    person.press("Escape")
    expect(viewer).to_have_count(0)


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_what_cannot_be_loaded_says_so(person: Person, office: Office, kind: str) -> None:
    show(office, kind, f"{office.origin}/media/1-gone")
    person.sees("What is it?")
    expect(person.page.get_by_label("Material")).to_contain_text("It is missing")
    expect(person.page.get_by_role("link", name="Open original")).to_be_visible()
    person.forgives("Failed to load resource")


def test_a_sound_plays(person: Person, office: Office) -> None:
    show(office, "audio", sound(office))
    player = person.sees("What is it?").page.locator("audio")
    ready = "sound => new Promise(done => sound.readyState ? done(sound.duration)"
    ready += " : sound.onloadedmetadata = () => done(sound.duration))"
    assert player.evaluate(ready) == 1


def test_a_website_is_framed_without_its_powers(person: Person, office: Office) -> None:
    site = f"{office.origin}/healthz"
    show(office, "website", site)
    frame = person.sees("What is it?").page.locator("iframe")
    expect(frame).to_have_attribute("src", site)
    powers = str(frame.get_attribute("sandbox")).split()
    assert "allow-same-origin" not in powers
    assert "allow-top-navigation" not in powers
    assert frame.get_attribute("referrerpolicy") == "no-referrer"
    expect(person.page.get_by_role("link", name="Open in a new tab")).to_be_visible()


def test_a_youtube_player_is_framed(person: Person, office: Office) -> None:
    player = "<!doctype html><title>Player</title>"
    person.page.route(
        "https://www.youtube.com/**",
        lambda route: route.fulfill(body=player, content_type="text/html"),
    )
    show(office, "video", YOUTUBE)
    frame = person.sees("What is it?").page.locator("iframe")
    expect(frame).to_have_attribute("src", YOUTUBE)
    assert "allow-top-navigation" not in str(frame.get_attribute("sandbox"))
    expect(person.page.locator("video")).to_have_count(0)


@pytest.fixture
def hiding(office: Office) -> Iterator[Office]:
    """The office, while its project shows encrypted addresses only."""
    office.encrypt_media("encrypted")
    yield office
    office.encrypt_media("direct")


def test_pictures_behind_encrypted_addresses_are_shown_and_picked(
    hiding: Office, person: Person
) -> None:
    foreign = hiding.picture("street").replace("127.0.0.1", "localhost")
    choices = [hiding.picture("logo-loaf"), hiding.picture("logo-wave")]
    request = hiding.ask(
        "multiple-choice",
        "Which one is the bakery's?",
        attachments_type="image",
        attachments=[foreign],
        choices_type="image",
        choices=choices,
    )

    images = person.sees("Which one is the bakery's?").page.locator("main img")
    expect(images).to_have_count(3)
    for number in range(3):
        expect(images.nth(number)).to_have_js_property("complete", value=True)
        assert images.nth(number).evaluate("image => image.naturalWidth") > 0
    page = person.page.content()
    for address in (foreign, *choices):
        assert address.rpartition("/")[2] not in page
    person.press("1", "Enter").settle()

    assert hiding.result(request)["response"] == [choices[0]]
