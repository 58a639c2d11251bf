"""Following objects through a film: what hands correct is what the program reads, and no more."""

import json
import struct
import zlib
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.browser.conftest import PHONE
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_looks import DEVICES, TOUCH_PIXELS, overflow, violations

WIDTH, HEIGHT = 320, 180
FRAMES = 100
MARGIN = 14
"""What the canvas leaves free around a fitted frame, in CSS pixels."""

Object = dict[str, Any]

LABELS = [
    {
        "name": "Car",
        "shape": "rectangle",
        "color": "#ff8a1f",
        "attributes": [
            {"name": "pose", "type": "single", "choices": ["moving", "standing"]},
            {"name": "make", "type": "text", "per": "tracker"},
            {"name": "faces", "type": "multiple", "choices": ["left", "right", "back"]},
        ],
    },
    {"name": "Lane", "shape": "line"},
    {"name": "Truck", "shape": "cuboid"},
    {"name": "Person", "points": ["head", "foot"], "edges": [["head", "foot"]]},
]
CORNERS = [(0.17, 0.58), (0.26, 0.58), (0.26, 0.49), (0.17, 0.49)]
CORNERS += [(0.24, 0.51), (0.35, 0.52), (0.35, 0.36), (0.25, 0.37)]


def picture(number: int) -> bytes:
    """A frame of one grey, which tells its number."""
    row = b"\0" + bytes([number * 2]) * WIDTH
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(row * HEIGHT)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


@pytest.fixture(scope="module")
def film(building: Office) -> list[Object]:
    def frame(number: int) -> Object:
        sent = building.call("POST", "/v1/media", picture(number), "image/png")
        return {"frame_id": f"frame{number + 1:03}", "src": sent["url"]}

    return [frame(number) for number in range(FRAMES)]


def name(number: int) -> str:
    return f"frame{number:03}"


def car(number: int) -> Object:
    """A box in a frame from 1, as a model may have found it: computed between every tenth."""
    x, y = round(0.004 * number, 6), 0.2
    corners = [{"x": x + 0.25, "y": y}, {"x": x, "y": y}, {"x": x, "y": 0.5}]
    note: Object = {
        "_id": "",
        "label": "",
        "attributes": {"pose": {"value": "moving"}},
        "coordinates": [*corners, {"x": x + 0.25, "y": 0.5}],
        "score": 0.5,
    }
    return note if number % 10 == 1 else {**note, "interpolated": True}


def found() -> list[Object]:
    """Pre-labels, with all that callers may write."""
    lane = {"p1": {"x": 0.1, "y": 0.9}, "p2": {"x": 0.31234567891, "y": 0.8}}
    points = {f"p{place}": {"x": x, "y": y} for place, (x, y) in enumerate(CORNERS, 1)}
    truck = {
        "points": points,
        "front": {"coordinates": ["p1", "p2", "p3", "p4"]},
        "back": {"coordinates": ["p7", "p8", "p5", "p6"]},
    }
    cars = {name(number): car(number) for number in range(1, 72)}
    return [
        {"_id": "car-1", "type": "rectangle", "label": "Car", "frames": cars, "model": "m7"},
        {
            "_id": "",
            "type": "line",
            "label": "Lane",
            "frames": {name(number): {"_id": "", "points": lane} for number in range(1, 101, 3)},
        },
        {"type": "cuboid", "label": "Truck", "frames": {name(7): truck, name(8): truck}},
    ]


def ask(office: Office, film: list[Object], sent: list[Object], **fields: Any) -> str:
    before = {"maker_response": {"video2d": {"data": {"annotations": sent}}}}
    fields = {"labels": LABELS, **before, **fields}
    return office.ask("tracking", "Follow them.", video_data={"frames": film}, **fields)


def answered(office: Office, request: str) -> list[Object]:
    return office.result(request)["response"]["annotations"]


class Cutting:
    """The room for tracking, in fractions of a frame."""

    def __init__(self, person: Person) -> None:
        person.sees("Follow them.")
        self.page = person.page
        self.stage: Locator = self.page.locator(".canvas .stage")
        self.number = self.page.locator(".transport .number input")
        expect(self.stage).to_be_visible()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the fitted frame is on the screen."""
        box = self.stage.bounding_box()
        assert box
        wide, high = box["width"] - 2 * MARGIN, box["height"] - 2 * MARGIN
        scale = min(wide / WIDTH, high / HEIGHT, 8)
        left = box["x"] + (box["width"] - WIDTH * scale) / 2
        top = box["y"] + (box["height"] - HEIGHT * scale) / 2
        return left + x * WIDTH * scale, top + y * HEIGHT * scale

    def drag(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*self.at(*one))
        mouse.down()
        mouse.move(*self.at(*other), steps=5)
        mouse.up()

    def clicks(self, *places: tuple[float, float]) -> None:
        for place in places:
            self.page.mouse.click(*self.at(*place))

    def goes(self, number: int) -> None:
        self.number.fill(str(number))
        self.number.press("Enter")
        self.is_at(number)

    def is_at(self, number: int) -> None:
        """This frame is shown, and it is the picture of this number."""
        expect(self.number).to_have_value(str(number))
        grey = """(stage, wanted) => {
            const canvas = stage.querySelector('canvas');
            const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
            pen.drawImage(canvas, -canvas.width / 2, -canvas.height / 2);
            return pen.getImageData(0, 0, 1, 1).data[0] === wanted;
        }"""
        handle = self.stage.element_handle()
        self.page.wait_for_function(
            f"([stage, wanted]) => ({grey})(stage, wanted)", arg=[handle, (number - 1) * 2]
        )

    def row(self, words: str) -> Locator:
        return self.page.locator("li").filter(has_text=words)

    def lasts(self, words: str, runs: str) -> None:
        """An object is seen in these frames, told as `1-5, 7`."""
        dashed = runs.replace("-", "\N{EN DASH}")
        expect(self.row(words)).to_contain_text(f"frames {dashed} ")

    def choose(self, words: str) -> None:
        self.row(words).locator("button.track").click()


def is_corrected(corrected: Object, before: Object) -> None:
    """The thirteenth frame was moved by a twentieth both ways; the frames beside it follow."""
    assert {**corrected, "frames": 0} == {
        **before,
        "frames": 0,
        "attributes": {"make": {"value": "Fiat"}},
    }
    for frame, note in before["frames"].items():
        if not name(12) <= frame <= name(20):
            assert corrected["frames"][frame] == note, frame
    moved = corrected["frames"][name(13)]
    assert "interpolated" not in moved
    assert moved["attributes"] == {"pose": {"value": "standing"}}
    assert moved["score"] == 0.5
    for corner, old in zip(moved["coordinates"], car(13)["coordinates"], strict=True):
        assert corner["x"] == pytest.approx(old["x"] + 0.05, abs=0.004)
        assert corner["y"] == pytest.approx(old["y"] + 0.05, abs=0.006)
    between = corrected["frames"][name(12)]
    assert between["interpolated"]
    ends = (corrected["frames"][name(11)], moved)
    for place, corner in enumerate(between["coordinates"]):
        one, other = (end["coordinates"][place] for end in ends)
        assert corner["x"] == pytest.approx((one["x"] + other["x"]) / 2, abs=1e-6)
        assert corner["y"] == pytest.approx((one["y"] + other["y"]) / 2, abs=1e-6)


def test_a_film_is_corrected_and_its_result_goes_on_unchanged(
    person: Person, office: Office, film: list[Object]
) -> None:
    sent = found()
    request = ask(office, film, sent)
    room = Cutting(person)
    person.press(*"d" * 12)
    room.is_at(13)
    # Its left side is 0.052: the box is moved by a twentieth of the frame, both ways.
    room.drag((0.15, 0.35), (0.2, 0.4))
    expect(room.row("Car 1").get_by_text("changed")).to_be_visible()
    room.page.get_by_label("pose").select_option("standing")
    room.page.get_by_label("make").fill("Fiat")
    # A new object, seen in six frames.
    person.press("Escape", "Escape", "4", "r")
    room.drag((0.6, 0.6), (0.7, 0.9))
    person.press(*"d" * 6, "e")
    room.lasts("Person 4", "13-18")
    # What is taken out can be put back, and undone.
    room.choose("Truck 3")
    person.press("Delete")
    room.row("Truck 3").get_by_role("button", name="Put back").click()
    room.choose("Lane 2")
    person.press("Delete", "Control+z")
    expect(room.row("Lane 2").get_by_text("removed")).to_have_count(0)
    person.submit()

    result = answered(office, request)
    assert [each["label"] for each in result] == ["Car", "Lane", "Truck", "Person"]
    assert result[1:3] == sent[1:]
    is_corrected(result[0], sent[0])
    added = result[3]["frames"]
    assert list(added) == [name(number) for number in range(13, 19)]
    assert ["interpolated" in note for note in added.values()] == [False, *[True] * 4, False]
    assert len({note["_id"] for note in added.values()}) == 6

    following = ask(office, film, result)
    Cutting(person)
    expect(person.page.get_by_text("changed")).to_have_count(0)
    person.settle().submit()
    assert json.dumps(answered(office, following)) == json.dumps(result)


def test_every_shape_is_drawn_and_followed(
    person: Person, office: Office, film: list[Object]
) -> None:
    request = ask(office, film[:11], [], labels=["Thing"])
    room = Cutting(person)
    person.press("r")
    room.drag((0.05, 0.05), (0.15, 0.2))
    person.press("y")
    room.clicks((0.3, 0.1), (0.4, 0.1), (0.4, 0.3))
    person.press("Enter", "t")
    room.clicks((0.5, 0.1), (0.6, 0.1), (0.6, 0.3))
    person.press("Enter", "q")
    room.drag((0.1, 0.6), (0.2, 0.8))
    room.clicks((0.25, 0.75))
    person.press("m")
    room.clicks((0.6, 0.7), (0.7, 0.7), (0.65, 0.8))
    person.press("Enter")
    expect(room.page.locator("li button.track")).to_have_count(5)
    person.press("Escape", "End")
    room.is_at(11)
    room.stage.focus()
    person.press("Control+a", *["Shift+ArrowRight"] * 2)
    person.submit()
    result = answered(office, request)
    assert [each["type"] for each in result] == [
        *("rectangle", "polygon", "line", "cuboid", "landmark")
    ]
    for each in result:
        frames = list(each["frames"].values())
        assert len(frames) == 11
        first, half, last = (
            note.get("coordinates") or list(note["points"].values())
            for note in (frames[0], frames[5], frames[10])
        )
        for one, middle, other in zip(first, half, last, strict=True):
            assert other["x"] == pytest.approx(one["x"] + 20 / WIDTH, abs=2e-6)
            assert middle["x"] == pytest.approx(one["x"] + 10 / WIDTH, abs=2e-6)
            assert middle["y"] == pytest.approx(one["y"], abs=2e-6)
    assert result[3]["frames"][name(1)]["front"] == {"coordinates": ["p1", "p2", "p3", "p4"]}
    marks = result[4]["frames"][name(1)]["points"].values()
    assert [point["label"] for point in marks] == [1, 2, 3]


def test_tracks_are_cut_joined_repeated_and_copied(
    person: Person, office: Office, film: list[Object]
) -> None:
    still = {name(1): car(1), name(2): car(2) | {"interpolated": True}}
    sent = [{"_id": "a", "type": "rectangle", "label": "Car", "frames": still}]
    request = ask(office, film[:20], sent)
    room = Cutting(person)
    room.choose("Car 1")
    person.press("p")
    room.lasts("Car 1", "1-11")
    room.goes(6)
    room.choose("Car 1")
    person.press("b")
    room.lasts("Car 1", "1-5")
    room.lasts("Car 2", "6-11")
    person.press("c")
    room.goes(15)
    person.press("w")
    room.lasts("Car 2", "6-11, 15")
    room.page.keyboard.down("Shift")
    room.choose("Car 1")
    room.page.keyboard.up("Shift")
    person.press("j")
    room.lasts("Car 1", "1-11, 15")
    expect(room.row("Car 2")).to_have_count(0)
    person.submit()
    (result,) = answered(office, request)
    assert result["_id"] == "a"
    assert list(result["frames"]) == [name(number) for number in (*range(1, 12), 15)]
    places = [note["coordinates"] for note in result["frames"].values()]
    assert all(place == car(1)["coordinates"] for place in places)


def test_what_was_changed_can_be_taken_back(
    person: Person, office: Office, film: list[Object]
) -> None:
    sent = found()[:1]
    request = ask(office, film, sent)
    room = Cutting(person)
    room.drag((0.1, 0.35), (0.2, 0.45))
    expect(room.row("Car 1").get_by_text("changed")).to_be_visible()
    person.press("Shift+r")
    expect(room.row("Car 1").get_by_text("changed")).to_have_count(0)
    room.drag((0.1, 0.35), (0.2, 0.45))
    person.press("d", "e", "Shift+t")
    expect(room.row("Car 1").get_by_text("changed")).to_have_count(0)
    person.submit()
    assert answered(office, request) == sent


def test_the_film_is_stepped_exactly_and_played(
    person: Person, office: Office, film: list[Object]
) -> None:
    ask(office, film, found())
    room = Cutting(person)
    room.is_at(1)
    person.press("d")
    room.is_at(2)
    person.press("End")
    room.is_at(100)
    person.press("a", "PageUp")
    room.is_at(89)
    room.goes(42)
    # The car's key frames are 41 and 51.
    room.choose("Car 1")
    person.press("x")
    room.is_at(51)
    person.press("z", "z")
    room.is_at(31)
    # Frame 72 is the first without a car, but the lane is in every third.
    room.goes(71)
    person.press("u")
    room.is_at(72)
    person.press("u")
    room.is_at(74)
    room.goes(96)
    room.stage.focus()
    person.press(">", ">", " ")
    room.is_at(100)
    expect(room.page.get_by_role("button", name="Play")).to_be_visible()


def test_a_frame_that_is_missing_is_said_and_work_goes_on(
    person: Person, office: Office, film: list[Object]
) -> None:
    gap = {"frame_id": "gone", "src": f"{office.origin}/media/none"}
    request = ask(office, [*film[:2], gap, *film[3:6]], [])
    room = Cutting(person)
    person.press("d", "d")
    alert = room.page.locator(".broken").filter(has_text="gone: It is missing")
    expect(alert).to_be_visible()
    person.press("1", "r")
    room.drag((0.1, 0.1), (0.8, 0.9))
    person.press("d")
    expect(alert).to_have_count(0)
    room.is_at(4)
    room.lasts("Car 1", "3-6")
    person.press("a", "!")
    person.idles()
    flagged = office.result(request)
    assert flagged["status"] == "flagged"
    assert "gone" in json.dumps(flagged["cruncher_feedback"])
    person.forgives("Failed to load resource")


def test_begun_work_is_there_after_a_reload(
    person: Person, office: Office, film: list[Object]
) -> None:
    sent = found()
    request = ask(office, film, sent)
    room = Cutting(person)
    # Back again, the frame is there: a gesture ends when its picture changes under it.
    room.goes(2)
    room.goes(1)
    room.drag((0.1, 0.35), (0.2, 0.45))
    expect(room.row("Car 1").get_by_text("changed")).to_be_visible()
    person.page.reload()
    room = Cutting(person)
    expect(room.row("Car 1").get_by_text("changed")).to_be_visible()
    person.settle().submit()
    result = answered(office, request)
    assert result[1:] == sent[1:]
    assert result[0]["frames"][name(1)] != sent[0]["frames"][name(1)]


def test_what_the_server_would_refuse_is_said(
    person: Person, office: Office, film: list[Object]
) -> None:
    request = ask(office, film[:3], [], labels=None)
    room = Cutting(person)
    person.press("r")
    room.drag((0.1, 0.1), (0.3, 0.4))
    # The label is asked for at once; Enter in a field sends nothing.
    expect(room.page.get_by_role("combobox", name="Label")).to_be_focused()
    person.press("Enter").submit()
    expect(room.page.get_by_role("alert").filter(has_text="has no label yet")).to_be_visible()
    room.choose("no label")
    room.page.get_by_role("combobox", name="Label").fill("Cat")
    person.press("Enter")
    expect(room.row("Cat 1")).to_be_visible()
    person.submit()
    assert [each["label"] for each in answered(office, request)] == ["Cat"]


@pytest.mark.parametrize("device", DEVICES)
def test_the_room_is_accessible(
    chromium: Browser, office: Office, film: list[Object], device: str
) -> None:
    ask(office, film, found())
    context = chromium.new_context(**DEVICES[device], reduced_motion="reduce")
    with Person(context, office) as person:
        room = Cutting(person)
        assert violations(person.page) == []
        if device == "phone":
            room.page.get_by_role("button", name="Objects").tap()
        room.choose("Car 1")
        if device == "phone":
            room.page.get_by_role("button", name="Details").tap()
        expect(room.page.get_by_label("make")).to_be_visible()
        assert violations(person.page) == []
        assert overflow(person.page) <= 0


def test_a_phone_corrects_by_touch(phone: Person, office: Office, film: list[Object]) -> None:
    assert phone.page.viewport_size == PHONE
    sent = found()[:1]
    request = ask(office, film, sent)
    room = Cutting(phone)
    for panel in ("Objects", "Details", "Timeline"):
        room.page.get_by_role("button", name=panel, exact=True).tap()
        for target in phone.page.locator(".tracking button:visible").all():
            box = target.bounding_box()
            assert box
            shown = target.evaluate("element => element.outerHTML")
            assert box["height"] >= TOUCH_PIXELS, shown
    room.page.get_by_role("button", name="Timeline", exact=True).tap()
    room.page.get_by_role("button", name="One frame on").tap()
    room.is_at(2)
    finger = phone.context.new_cdp_session(phone.page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [dict(zip("xy", room.at(*place), strict=True)) for place in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    # A finger moves the view until it has chosen something.
    phone.page.touchscreen.tap(*room.at(0.1, 0.35))
    expect(room.stage.get_by_label("Rectangle Car 1")).to_be_visible()
    touch("touchStart", (0.1, 0.35))
    for step in range(1, 6):
        touch("touchMove", (0.1 + 0.02 * step, 0.35 + 0.02 * step))
    touch("touchEnd")
    # Right after a swipe Chromium takes a tap for its end.
    phone.button("Submit").click()
    corrected = answered(office, request)[0]["frames"]
    corner, before = corrected[name(2)]["coordinates"][1], car(2)["coordinates"][1]
    assert corner["x"] == pytest.approx(before["x"] + 0.1, abs=0.01)
    assert corner["y"] == pytest.approx(before["y"] + 0.1, abs=0.01)
