"""Bad material: said in words, flagged with one key, and harmless."""

import base64
import json
import re
import wave
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import expect
from tests.browser.material import (
    Elsewhere,
    elsewhere,
    exploding_svg,
    hostile_svg,
    png,
    rotated,
    upload,
)
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_marks import canvas, counts

SOURCE = re.compile(r"/worker/v1/assignments/[^/]+/media/\d+$")
TURNED_RIGHT = 6
"""The EXIF value of a picture that lies on its left side."""


@pytest.fixture
def foreign() -> Iterator[Elsewhere]:
    with elsewhere() as place:
        yield place


def show(office: Office, kind: str, *values: str) -> str:
    return office.ask("free-text", "What is it?", attachments_type=kind, attachments=list(values))


def sound() -> bytes:
    content = BytesIO()
    with wave.open(content, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8_000)
        out.writeframes(bytes(16_000))
    return content.getvalue()


def check_fault(person: Person, office: Office, kind: str, address: str, words: str) -> None:
    """The worker reads what is wrong, and one key flags the task with it."""
    person.forgives("Failed to load resource")
    request = show(office, kind, address)
    person.sees("What is it?")
    expect(person.page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    expect(person.page.get_by_label("Material")).to_contain_text(words)
    person.press("!")
    told = office.result(request)
    assert told["status"] == "flagged"
    assert words in told["cruncher_feedback"]
    assert address in told["cruncher_feedback"]


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_what_is_missing_is_said_to_be(
    person: Person, office: Office, foreign: Elsewhere, kind: str
) -> None:
    check_fault(person, office, kind, foreign.origin + "/gone", "It is missing")


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_a_page_is_no_medium(person: Person, office: Office, foreign: Elsewhere, kind: str) -> None:
    page = foreign.add("/page", 200, "text/html", b"<h1>Not here any more</h1>")
    words = {"image": "no picture", "video": "no video", "audio": "no sound"}
    check_fault(person, office, kind, page, words[kind])


def test_a_server_that_fails_is_told_from_a_missing_picture(
    person: Person, office: Office, foreign: Elsewhere
) -> None:
    address = foreign.add("/late", 503)
    person.forgives("Failed to load resource")
    show(office, "image", address)
    material = person.sees("What is it?").page.get_by_label("Material")
    expect(material).to_contain_text("cannot be reached")
    foreign.add("/late", 200, "image/png", png(64, 48))
    person.button("Try again").click()
    expect(material.locator("img")).to_have_js_property("naturalWidth", 64)
    expect(person.button("Flag this !")).to_have_count(0)


def test_a_picture_that_is_none_is_named(person: Person, office: Office) -> None:
    address = upload(office, b"This is no picture.", "image/png")
    check_fault(person, office, "image", address, "no picture")


def test_a_format_that_does_not_play_is_named(person: Person, office: Office) -> None:
    film = upload(office, b"\0\0\0\x18ftypmp42\0\0\0\0mp42hvc1" + bytes(999), "video/mp4")
    check_fault(person, office, "video", film, "cannot play this video")


def test_a_film_that_gives_only_its_sound_is_named(person: Person, office: Office) -> None:
    film = upload(office, sound(), "video/webm")
    check_fault(person, office, "video", film, "cannot play this video")


def test_a_lost_connection_is_no_fault_of_the_picture(person: Person, office: Office) -> None:
    person.forgives("Failed to load resource")
    person.page.route(re.compile("/media/"), lambda route: route.abort("internetdisconnected"))
    show(office, "image", office.picture())
    material = person.sees("What is it?").page.get_by_label("Material")
    expect(material).to_contain_text("while there is no connection")
    expect(person.page.get_by_role("button", name="Flag this")).to_have_count(0)
    person.page.unroute_all()
    person.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(material.locator("img")).to_be_visible()


def test_the_reason_stands_in_the_dialog_to_be_edited(
    person: Person, office: Office, foreign: Elsewhere
) -> None:
    person.forgives("Failed to load resource")
    request = show(office, "image", office.picture(), foreign.origin + "/gone.jpg")
    alert = person.sees("What is it?").page.get_by_role("alert").filter(has_text="Picture 2")
    expect(alert).to_be_visible()
    person.press("f")
    field = person.page.get_by_role("dialog").get_by_label("What is wrong")
    expect(field).to_have_value(re.compile(r"^Picture 2 \(.*/gone.jpg\): It is missing"))
    field.press("End")
    person.page.keyboard.type(" Please look.")
    person.press("Enter")
    assert office.result(request)["cruncher_feedback"].endswith("Please look.")


def test_a_picture_20000_pixels_wide_is_shown(person: Person, office: Office) -> None:
    show(office, "image", upload(office, png(20_000, 3_000), "image/png"))
    image = person.sees("What is it?").page.get_by_label("Material").locator("img")
    expect(image).to_have_js_property("naturalWidth", 20_000)
    expect(image).to_be_visible()
    # The page still takes a key at once.
    person.press("f")
    expect(person.page.get_by_role("dialog")).to_be_visible()


def test_a_rotated_picture_stands_upright(person: Person, office: Office) -> None:
    lying = person.page.evaluate(
        """async () => {
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [60, 40];
            canvas.getContext('2d').fillRect(0, 0, 30, 40);
            return canvas.toDataURL('image/jpeg').split(',')[1];
        }"""
    )
    turned = rotated(base64.b64decode(lying), TURNED_RIGHT)
    show(office, "image", upload(office, turned, "image/jpeg"))
    image = person.sees("What is it?").page.get_by_label("Material").locator("img")
    expect(image).to_have_js_property("naturalWidth", 40)
    expect(image).to_have_js_property("naturalHeight", 60)


def test_a_hostile_drawing_does_nothing_in_the_page(
    person: Person, office: Office, foreign: Elsewhere
) -> None:
    drawing = foreign.add(
        "/drawing.svg", 200, "image/svg+xml", hostile_svg(foreign.origin + "/alarm")
    )
    show(office, "image", drawing, upload(office, hostile_svg(foreign.origin), "image/svg+xml"))
    images = person.sees("What is it?").page.get_by_label("Material").locator("img")
    expect(images).to_have_count(2)
    for image in images.all():
        expect(image).to_have_js_property("naturalWidth", 400)
    person.press("o")
    expect(person.page.get_by_role("dialog").locator("img")).to_be_visible()
    assert person.page.evaluate("window.harmed") is None
    assert set(foreign.asked) == {"/drawing.svg"}


def test_a_hostile_drawing_does_nothing_when_it_is_opened(
    person: Person, office: Office, foreign: Elsewhere
) -> None:
    drawing = foreign.add(
        "/drawing.svg", 200, "image/svg+xml", hostile_svg(foreign.origin + "/alarm")
    )
    kept = upload(office, hostile_svg(foreign.origin + "/alarm"), "image/svg+xml")
    show(office, "image", drawing)
    with person.page.expect_response(SOURCE) as passed_on:
        person.sees("What is it?")
    person.forgives("Failed to load resource")
    for address in (kept, passed_on.value.url):
        tab = person.context.new_page()
        refused: list[str] = []
        tab.on("console", lambda message, refused=refused: refused.append(message.text))
        tab.goto(address, wait_until="networkidle")
        assert tab.evaluate("document.documentElement.localName") == "svg"
        assert tab.evaluate("[window.harmed, self.origin]") == [None, "null"]
        assert any("script" in text for text in refused), refused
        tab.close()
    assert set(foreign.asked) == {"/drawing.svg"}


def test_a_drawing_of_copies_of_copies_does_not_hang_the_page(
    person: Person, office: Office
) -> None:
    drawing = upload(office, exploding_svg(), "image/svg+xml")
    check_fault(person, office, "image", drawing, "too large")


def test_a_mark_on_a_huge_picture_is_exact(person: Person, office: Office) -> None:
    wide = upload(office, png(20_000, 3_000), "image/png")
    request = office.ask("annotations", "Mark it.", attachments_type="image", attachments=[wide])
    at = canvas(person.sees("Mark it."), 20_000, 3_000)
    with person.page.expect_request(re.compile("/answer$")) as answer:
        # One pixel of the screen is some twenty of the picture.
        person.page.mouse.click(*at(5_000, 2_500))
        counts(person, "1 mark")
        person.press("Escape", "Enter")
    assert json.loads(answer.value.post_data or "")["media"] == [{"width": 20_000, "height": 3_000}]
    [place] = office.result(request)["response"]
    assert abs(place["x"] - 5_000) <= 25
    assert abs(place["y"] - 2_500) <= 25


def test_a_drawing_to_mark_that_is_missing_is_flagged_with_one_key(
    person: Person, office: Office
) -> None:
    gone = f"{office.origin}/media/1-gone"
    request = office.ask("annotations", "Mark it.", attachments_type="image", attachments=[gone])
    person.forgives("Failed to load resource")
    button = person.sees("Mark it.").page.get_by_role("button", name="Flag this")
    expect(button.first).to_be_visible()
    person.press("!")
    assert "It is missing" in office.result(request)["cruncher_feedback"]


def test_a_frame_that_is_missing_is_flagged_with_one_key(person: Person, office: Office) -> None:
    sources = [office.picture(), f"{office.origin}/media/1-gone", office.picture()]
    frames = [{"frame_id": f"f{at}", "src": src} for at, src in enumerate(sources)]
    request = office.ask("tracking", "Follow it.", video_data={"frames": frames}, labels=["sun"])
    person.forgives("Failed to load resource")
    expect(person.sees("Follow it.").page.locator("canvas").first).to_be_visible()
    person.press("d")
    notice = person.page.locator(".stage").get_by_role("alert").filter(has_text="is missing")
    expect(notice).to_be_visible()
    # The frames around it can still be worked on.
    person.press("d")
    expect(notice).to_have_count(0)
    person.press("a")
    expect(notice).to_be_visible()
    person.press("!")
    assert "It is missing" in office.result(request)["cruncher_feedback"]
