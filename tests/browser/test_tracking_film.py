"""Following objects through a film that the browser plays: each frame is itself, and counted so."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from tests.browser import recorded
from tests.browser.material import upload
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.sight import MARGIN, Sight, between
from tests.browser.test_tracking import HEIGHT, WIDTH, Object, answered

FRAMES = 30


def ask(office: Office, source: str, **fields: Any) -> str:
    film = {"src": source, "fps": recorded.FILM_RATE, "frame_count": FRAMES}
    return office.ask("tracking", "Follow it.", video_data=film, labels=["Box"], **fields)


@pytest.fixture
def screening(person: Person, office: Office) -> tuple[str, "Screening"]:
    film = recorded.film(person.page, WIDTH, HEIGHT, FRAMES)
    request = ask(office, upload(office, film, "video/webm"))
    return request, Screening(person.sees("Follow it."))


class Screening:
    """A recorded film in the room for tracking."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.number: Locator = person.page.locator(".transport .number input")
        self.stage = person.page.locator(".canvas .stage")

    def shows(self, number: int) -> None:
        """The page counts this frame, and the white box in the picture is where this one has it."""
        expect(self.number).to_have_value(str(number))
        left = """([stage, wide, high, margin, wanted]) => {
            const canvas = stage.querySelector('canvas');
            const { width, height } = canvas;
            const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high, 8);
            const [x, y] = [(width - wide * scale) / 2, (height - high * scale) / 2];
            const pen = new OffscreenCanvas(wide, 1).getContext('2d', { willReadFrequently: true });
            pen.drawImage(canvas, x, y + 80 * scale, wide * scale, 1, 0, 0, wide, 1);
            const { data } = pen.getImageData(0, 0, wide, 1);
            const isWhite = (at) => Math.min(...data.slice(4 * at, 4 * at + 3)) > 150;
            const found = Array.from({ length: wide }, (_, at) => at).find(isWhite);
            return Math.abs(found - wanted) < 3;
        }"""
        (wanted, _), _ = box(number)
        arg = [self.stage.element_handle(), WIDTH, HEIGHT, MARGIN, wanted]
        self.person.page.wait_for_function(left, arg=arg)


def box(number: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the white box is in a frame."""
    x = 10 + 6 * (number - 1)
    return (x, 60), (x + 40, 100)


def test_every_frame_of_a_film_is_stepped_to(screening: tuple[str, Screening]) -> None:
    _, film = screening
    film.shows(1)
    for number in range(2, 8):
        film.person.press("d")
        film.shows(number)
    film.person.press("a")
    film.shows(6)
    film.person.press("End")
    film.shows(FRAMES)
    film.person.press("PageUp", "a")
    film.shows(FRAMES - 11)
    film.person.press("Home")
    film.shows(1)
    film.person.press("d", "d", "a")
    film.shows(2)


def test_what_is_drawn_in_a_film_lies_in_its_own_frame(
    screening: tuple[str, Screening], person: Person, office: Office
) -> None:
    request, film = screening
    film.shows(1)
    person.press("d", "d")
    film.shows(3)
    sight = Sight(person, WIDTH, HEIGHT)
    person.press("r")
    sight.drag(*box(3))
    person.press("PageDown")
    film.shows(13)
    # The box is held by its middle, and taken to where the white one is by now.
    middle = [between(*box(number), 0.5) for number in (3, 13)]
    sight.drag(*middle)
    person.press("d")
    film.shows(14)
    person.press("e", "Escape")
    person.submit()
    (shape,) = answered(office, request)
    assert list(shape["frames"]) == [f"frame{number}" for number in range(3, 14)]
    for number in range(3, 14):
        note: Object = shape["frames"][f"frame{number}"]
        places = [(each["x"] * WIDTH, each["y"] * HEIGHT) for each in note["coordinates"]]
        found = [tuple(map(end, zip(*places, strict=True))) for end in (min, max)]
        for corner, wanted in zip(found, box(number), strict=True):
            assert corner == pytest.approx(wanted, abs=0.5), number
        assert ("interpolated" in note) == (number not in {3, 13})


def test_a_film_that_ends_too_soon_says_which_frames_are_missing(
    person: Person, office: Office
) -> None:
    film = recorded.film(person.page, WIDTH, HEIGHT, FRAMES // 2)
    request = ask(office, upload(office, film, "video/webm"))
    Screening(person.sees("Follow it.")).shows(1)
    alert = person.page.locator(".broken")
    person.press("End")
    expect(alert).to_contain_text(f"frame{FRAMES}: It is missing")
    person.press("Home")
    expect(alert).to_have_count(0)
    person.press("End")
    expect(alert).to_be_visible()
    person.press("!")
    flagged = office.result(request)
    assert flagged["status"] == "flagged"
    assert f"frame{FRAMES}" in json.dumps(flagged["cruncher_feedback"])


def test_a_film_that_the_browser_cannot_play_is_flagged_with_one_key(
    person: Person, office: Office
) -> None:
    unknown = b"\0\0\0\x18ftypmp42\0\0\0\0mp42hvc1" + bytes(999)
    request = ask(office, upload(office, unknown, "video/mp4"))
    alert = person.sees("Follow it.").page.locator(".broken")
    expect(alert).to_contain_text("cannot play this video")
    # The page is not stuck: every frame says the same, and the task can be left.
    person.press("d")
    expect(alert).to_contain_text("frame2")
    person.press("!")
    flagged = office.result(request)
    assert flagged["status"] == "flagged"
    assert "cannot play this video" in json.dumps(flagged["cruncher_feedback"])
