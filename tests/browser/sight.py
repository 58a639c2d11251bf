"""Where a medium lies on the screen, and hands that know it: what tests of drawing share."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_tracking import HEIGHT, WIDTH, Object, ask, name, picture

MARGIN = 14
"""What the canvas leaves free around a fitted medium, in CSS pixels."""

Place = tuple[float, float]


class Sight:
    """Where the medium lies on the screen, reckoned apart from the page."""

    def __init__(self, person: Person, width: int, height: int) -> None:
        self.person = person
        self.stage = person.page.locator(".canvas .stage")
        expect(self.stage).to_be_visible()
        expect(person.page.get_by_text("Loading…")).to_have_count(0)
        self.size = (width, height)
        self.fit()

    def fit(self) -> None:
        self._look()
        spaces = (self.room[side] - 2 * MARGIN for side in (0, 1))
        self.scale = min(*(space / of for space, of in zip(spaces, self.size, strict=True)), 8)
        self._centre(self.size[0] / 2, self.size[1] / 2)

    def turned(self) -> None:
        """The window has another size, and its middle shows what it showed."""
        place = (
            (self.middle[0] - self.left) / self.scale,
            (self.middle[1] - self.top) / self.scale,
        )
        self._look()
        self._centre(*place)

    def at(self, x: float, y: float) -> Place:
        return self.left + x * self.scale, self.top + y * self.scale

    def zoomed(self, factor: float, at: Place) -> None:
        """Nearer: what is at this place of the screen stays there."""
        self.left = at[0] + (self.left - at[0]) * factor
        self.top = at[1] + (self.top - at[1]) * factor
        self.scale *= factor
        percent = f"{round(self.scale * 100)}"
        expect(self.person.page.locator(".canvas .zoom")).to_contain_text(percent)

    def panned(self, dx: float, dy: float) -> None:
        self.left += dx
        self.top += dy

    def drag(self, *places: Place) -> None:
        """Press the mouse at the first, go through all, and let go."""
        self.grasp(*places)
        self.person.page.mouse.up()

    def grasp(self, *places: Place) -> None:
        """The same without letting go."""
        mouse = self.person.page.mouse
        mouse.move(*self.at(*places[0]))
        mouse.down()
        for place in places[1:]:
            mouse.move(*self.at(*place), steps=5)

    def clicks(self, *places: Place) -> None:
        for place in places:
            self.person.page.mouse.click(*self.at(*place))

    def _look(self) -> None:
        box = self.stage.bounding_box()
        assert box
        self.room = (box["width"], box["height"])
        self.middle = (box["x"] + self.room[0] / 2, box["y"] + self.room[1] / 2)

    def _centre(self, x: float, y: float) -> None:
        self.left, self.top = self.middle[0] - x * self.scale, self.middle[1] - y * self.scale


class Fingers:
    """Touches of the screen itself, which the page gets as pointer events."""

    def __init__(self, person: Person) -> None:
        self._line: CDPSession = person.context.new_cdp_session(person.page)

    def down(self, *spots: Place) -> None:
        self._touch("touchStart", *spots)

    def move(self, *spots: Place) -> None:
        self._touch("touchMove", *spots)

    def up(self, *left: Place) -> None:
        """Lift all but those at the places that are left."""
        self._touch("touchEnd", *left)

    def lost(self) -> None:
        """The system takes the touch for something of its own."""
        self._touch("touchCancel")

    def swipe(self, *spots: Place) -> None:
        self.down(spots[0])
        for one, other in pairwise(spots):
            for step in range(1, 6):
                self.move(between(one, other, step / 5))
        self.up()

    def _touch(self, kind: str, *spots: Place) -> None:
        points = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(spots)]
        self._line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


class Pen:
    """A pen on the screen."""

    def __init__(self, person: Person) -> None:
        self._line: CDPSession = person.context.new_cdp_session(person.page)

    def down(self, spot: Place) -> None:
        self._send("mouseMoved", spot, held=False)
        self._send("mousePressed", spot)

    def move(self, spot: Place) -> None:
        self._send("mouseMoved", spot)

    def up(self, spot: Place) -> None:
        self._send("mouseReleased", spot)

    def stroke(self, one: Place, other: Place) -> None:
        self.down(one)
        for step in range(1, 6):
            self.move(between(one, other, step / 5))
        self.up(other)

    def _send(self, kind: str, spot: Place, *, held: bool = True) -> None:
        how: dict[str, Any] = {"type": kind, "x": spot[0], "y": spot[1], "pointerType": "pen"}
        how |= {"button": "left", "buttons": 1, "clickCount": 1} if held else {"button": "none"}
        self._line.send("Input.dispatchMouseEvent", how)


def between(one: Place, other: Place, share: float) -> Place:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def boxes(office: Office, request: str) -> list[tuple[int, ...]]:
    """The rectangles that were marked."""
    found = office.result(request)["response"]
    return [(box["x"], box["y"], box["x2"], box["y2"]) for box in found]


def room(person: Person, office: Office, **fields: Any) -> tuple[str, Sight]:
    """A film of one frame, in which every shape may be drawn."""
    still = office.call("POST", "/v1/media", picture(50), "image/png")["url"]
    film = [{"frame_id": name(1), "src": still}]
    request = ask(office, film, [], **{"labels": ["Thing"], **fields})
    return request, Sight(person.sees("Follow them."), WIDTH, HEIGHT)


def places(shape: Object) -> list[Place]:
    """A tracked object's points in pixels of its frame."""
    (note,) = shape["frames"].values()
    points: Iterable[Object] = note.get("coordinates") or note["points"].values()
    return [(round(point["x"] * WIDTH, 3), round(point["y"] * HEIGHT, 3)) for point in points]


def ends(shape: Object) -> list[Place]:
    """The top left and bottom right corners of a tracked box."""
    across, down = zip(*places(shape), strict=True)
    return [(min(across), min(down)), (max(across), max(down))]


def near(found: list[Place], *wanted: Place) -> None:
    """The same places, to less than a pixel."""
    assert len(found) == len(wanted), found
    for one, other in zip(found, wanted, strict=True):
        assert one == pytest.approx(other, abs=0.5), found
