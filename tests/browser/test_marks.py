"""Marking in the workspace: what a hand draws is what the program reads, to the pixel."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.browser import recorded
from tests.browser.material import rotated, upload
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_looks import DEVICES, TOUCH_PIXELS, overflow, violations

CANVAS_MARGIN = 14
COLOURS = {"instruction": "Which colour?", "choices": ["red", "green"], "max_answers": 1}
WORDS = "The 🦊 fox meets a 👩‍🚀 and a dog."

Spot = Callable[[float, float], tuple[float, float]]


def marks(office: Office, medium: str, kind: str, *attachments: str, **fields: Any) -> str:
    fields["attachments_type"] = medium
    return office.ask(kind, "Mark it.", attachments=list(attachments), **fields)


def pixels(stage: Locator, width: int, height: int) -> Spot:
    """Where a pixel of a fitted medium is on the screen: in its middle."""
    box = stage.bounding_box()
    assert box
    room = (box["width"] - 2 * CANVAS_MARGIN, box["height"] - 2 * CANVAS_MARGIN)
    scale = min(room[0] / width, room[1] / height, 8)
    left = box["x"] + (box["width"] - width * scale) / 2
    top = box["y"] + (box["height"] - height * scale) / 2
    return lambda x, y: (left + x * scale, top + y * scale)


def canvas(person: Person, width: int, height: int) -> Spot:
    stage = person.page.locator(".canvas .stage")
    expect(stage).to_be_visible()
    expect(person.page.get_by_text("Loading…")).to_have_count(0)
    return pixels(stage, width, height)


def drag(person: Person, one: tuple[float, float], other: tuple[float, float]) -> None:
    mouse = person.page.mouse
    mouse.move(*one)
    mouse.down()
    mouse.move(*other, steps=5)
    mouse.up()


def swipe(person: Person, one: tuple[float, float], other: tuple[float, float]) -> None:
    """Draw with a finger: real touch events, which the page gets as pointer events."""
    session = person.context.new_cdp_session(person.page)

    def touch(kind: str, *spots: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in spots]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", one)
    for step in range(1, 6):
        share = step / 5
        between = (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)
        touch("touchMove", between)
    touch("touchEnd")


def counts(person: Person, words: str) -> None:
    expect(person.page.get_by_role("region", name="Marks").get_by_role("status")).to_contain_text(
        words
    )


def test_points_are_the_pixels_that_were_hit(person: Person, office: Office) -> None:
    request = marks(office, "image", "annotations", office.picture("street"))
    at = canvas(person.sees("Mark it."), 800, 600)
    for place in ((10.5, 20.5), (400.5, 300.5), (799.5, 599.5)):
        person.page.mouse.click(*at(*place))
    counts(person, "3 marks")
    person.press("Escape", "Enter")
    places = office.result(request)["response"]
    assert places == [{"x": 10, "y": 20}, {"x": 400, "y": 300}, {"x": 799, "y": 599}]


def test_a_rectangle_is_drawn_moved_and_reshaped(person: Person, office: Office) -> None:
    picture = office.picture("street")
    request = marks(office, "image", "annotations", picture, annotations_type="rectangle")
    at = canvas(person.sees("Mark it."), 800, 600)
    drag(person, at(300, 200), at(100, 120))
    counts(person, "1 mark")
    drag(person, at(300, 200), at(350, 260))
    person.press("ArrowRight", "Shift+ArrowUp")
    person.press("Escape", "Enter")
    assert office.result(request)["response"] == [{"x": 101, "y": 110, "x2": 351, "y2": 250}]


def test_a_finger_draws_on_a_phone(phone: Person, office: Office) -> None:
    picture = office.picture("street")
    request = marks(office, "image", "annotations", picture, annotations_type="rectangle")
    at = canvas(phone.sees("Mark it."), 800, 600)
    swipe(phone, at(80, 120), at(400, 360))
    counts(phone, "1 mark")
    # Just after a swipe the browser takes a tap for the end of a fling.
    phone.button("Submit").click()
    box = office.result(request)["response"][0]
    # A CSS pixel is two of the picture's here.
    for part, wanted in {"x": 80, "y": 120, "x2": 400, "y2": 360}.items():
        assert abs(box[part] - wanted) <= 1, box


def test_a_photograph_counts_as_it_is_shown(person: Person, office: Office) -> None:
    stored = recorded.photograph(person.page, 400, 200)
    photograph = upload(office, rotated(stored, orientation=6), "image/jpeg")
    request = marks(office, "image", "annotations", photograph)
    # It is stored lying on its side: upright it is 200 wide and 400 high.
    at = canvas(person.sees("Mark it."), 200, 400)
    person.page.mouse.click(*at(150.5, 390.5))
    counts(person, "1 mark")
    with person.page.expect_request("**/answer") as sent:
        person.press("Escape", "Enter")
    body = sent.value.post_data_json
    assert body
    assert body["media"] == [{"width": 200, "height": 400}]
    assert office.result(request)["response"] == [{"x": 150, "y": 390}]


def test_words_are_marked_in_code_points(person: Person, office: Office) -> None:
    request = marks(office, "text", "annotations", WORDS)
    page = person.sees("Mark it.").page
    where = """(element, [from, to]) => {
        const range = document.createRange();
        const text = element.firstChild.nodeType === 3 ? element.firstChild
            : document.createTreeWalker(element, 4).nextNode();
        range.setStart(text, from); range.setEnd(text, to);
        const box = range.getBoundingClientRect();
        return [box.left + 0.5, box.right - 0.5, (box.top + box.bottom) / 2];
    }"""
    # In UTF-16 the fox begins at 4 and has two units.
    left, right, middle = page.get_by_role("textbox").evaluate(where, [4, 10])
    drag(person, (left, middle), (right, middle))
    counts(person, "1 mark")
    expect(page.locator("mark")).to_have_text("🦊 fox")
    person.press("Escape", "Enter")
    assert office.result(request)["response"] == [{"start": 4, "end": 9}]


def test_words_are_marked_by_keyboard(person: Person, office: Office) -> None:
    request = marks(office, "text", "annotations", WORDS, min_annotations=2)
    page = person.sees("Mark it.").page
    page.get_by_role("textbox").focus()
    person.press(*["ArrowRight"] * 4, *["Shift+ArrowRight"] * 5, "Enter")
    counts(person, "1 mark")
    expect(page.locator("mark")).to_have_text("🦊 fox")
    page.get_by_role("textbox").focus()
    person.press("End", *["Shift+ArrowLeft"] * 4, "Enter")
    expect(page.locator("mark").last).to_have_text("dog.")
    page.get_by_role("button", name="End earlier").click()
    expect(page.locator("mark").last).to_have_text("dog")
    person.press("Escape", "Enter")
    # The astronaut is one character to people, and three code points.
    assert office.result(request)["response"] == [{"start": 4, "end": 9}, {"start": 28, "end": 31}]


def test_words_that_a_finger_selects_are_marked_by_a_button(phone: Person, office: Office) -> None:
    request = marks(office, "text", "annotations", WORDS)
    page = phone.sees("Mark it.").page
    page.get_by_role("textbox").tap()
    page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.querySelector('[role=textbox]'), 4);
            const text = walker.nextNode();
            getSelection().setBaseAndExtent(text, 0, text, 3);
        }"""
    )
    page.get_by_role("button", name="Mark “The”").tap()
    counts(phone, "1 mark")
    phone.button("Submit").tap()
    assert office.result(request)["response"] == [{"start": 0, "end": 3}]


def test_moments_of_a_sound(person: Person, office: Office) -> None:
    sound = upload(office, recorded.sound(4), "audio/wav")
    request = marks(office, "audio", "annotations", sound, annotations_type="rectangle")
    bar = person.sees("Mark it.").page.get_by_role("slider")
    expect(bar).to_have_attribute("aria-valuemax", "4")
    expect(bar.locator("canvas")).to_be_visible()
    box = bar.bounding_box()
    assert box
    person.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 10)
    expect(bar).to_have_attribute("aria-valuetext", "0:02.000")
    person.press("m", "d", "d", "m")
    counts(person, "2 marks")
    # The second is dragged to a quarter of the time.
    flag = bar.locator("[data-mark]").nth(1).bounding_box()
    assert flag
    start = (flag["x"] + flag["width"] / 2, flag["y"] + 40)
    drag(person, start, (box["x"] + box["width"] / 4, start[1]))
    person.press("Escape", "Enter")
    first, second = (mark["t"] for mark in office.result(request)["response"])
    assert first == 2
    assert abs(second - 1) < 0.01


def test_places_in_a_film(person: Person, office: Office) -> None:
    film = upload(office, recorded.film(person.page), "video/webm")
    request = marks(office, "video", "annotations", film, annotations_type="rectangle")
    page = person.sees("Mark it.").page
    bar = page.get_by_role("slider", name="Time")
    expect(bar).to_have_attribute("aria-valuemax", "3")
    for shown in ("0:00.100", "0:00.200", "0:00.300"):
        person.press("d")
        expect(bar).to_have_attribute("aria-valuetext", shown)
    person.press("a")
    expect(bar).to_have_attribute("aria-valuetext", "0:00.200")
    at = pixels(page.locator(".canvas .stage"), 320, 180)
    drag(person, at(20, 60), at(70, 100))
    counts(person, "1 mark")
    person.press("d")
    expect(bar).to_have_attribute("aria-valuetext", "0:00.300")
    drag(person, at(120, 20), at(200, 90))
    person.press("Escape", "Enter")
    assert office.result(request)["response"] == [
        {"x": 20, "y": 60, "x2": 70, "y2": 100, "t": 0.2},
        {"x": 120, "y": 20, "x2": 200, "y2": 90, "t": 0.3},
    ]


def test_a_website_is_marked_through_the_glass(person: Person, office: Office) -> None:
    address = f"{office.origin}/healthz"
    request = marks(office, "website", "annotations", address, annotations_type="rectangle")
    page = person.sees("Mark it.").page
    frame = page.locator("iframe")
    assert frame.evaluate("frame => frame.clientWidth") == 1280
    glass = page.locator(".site svg[role=group]").bounding_box()
    assert glass
    scale = glass["width"] / 1280

    def at(x: float, y: float) -> tuple[float, float]:
        return glass["x"] + x * scale, glass["y"] + y * scale

    drag(person, at(100, 200), at(400, 300))
    counts(person, "1 mark")
    drag(person, at(250, 250), at(350, 260))
    person.press("ArrowDown", "Escape", "Enter")
    box = office.result(request)["response"][0]
    for part, wanted in {"x": 200, "y": 211, "x2": 500, "y2": 311}.items():
        assert abs(box[part] - wanted) <= 1, box


def test_a_mark_says_which_attachment_it_is_on(person: Person, office: Office) -> None:
    pictures = [office.picture("street"), office.picture("sun")]
    request = marks(office, "image", "annotations", *pictures, min_annotations=2)
    at = canvas(person.sees("Mark it."), 800, 600)
    person.page.mouse.click(*at(5.5, 6.5))
    counts(person, "1 mark")
    person.press("Escape", "PageDown")
    second = person.page.get_by_role("button", name="Picture 2, 0 marks")
    expect(second).to_have_attribute("aria-pressed", "true")
    size = person.page.request.get(pictures[1]).text()
    assert 'viewBox="0 0 400 400"' in size
    at = canvas(person, 400, 400)
    person.page.mouse.click(*at(30.5, 40.5))
    expect(person.page.get_by_role("button", name="Picture 2, 1 mark")).to_be_visible()
    person.press("Escape", "Enter")
    assert office.result(request)["response"] == [
        {"x": 5, "y": 6, "attachment_index": 0},
        {"x": 30, "y": 40, "attachment_index": 1},
    ]


def test_as_many_marks_as_wanted_and_no_more(person: Person, office: Office) -> None:
    limits = {"min_annotations": 2, "max_annotations": 2}
    request = marks(office, "image", "annotations", office.picture("street"), **limits)
    at = canvas(person.sees("Mark it.").settle(), 800, 600)
    person.page.mouse.click(*at(10.5, 10.5))
    counts(person, "1 more to go")
    person.press("Escape", "Enter")
    expect(person.page.get_by_role("alert").filter(has_text="1 mark is missing")).to_be_visible()
    assert office.status(request) == "pending"
    person.page.mouse.click(*at(100.5, 10.5))
    counts(person, "as many as may be made")
    person.page.mouse.click(*at(200.5, 10.5))
    counts(person, "2 marks")
    person.press("Control+z", "Control+z", "Control+Shift+z")
    counts(person, "1 mark")
    person.page.mouse.click(*at(300.5, 10.5))
    counts(person, "2 marks")
    # The second becomes the first.
    person.press("Control+ArrowUp", "Escape", "Enter")
    assert office.result(request)["response"] == [{"x": 300, "y": 10}, {"x": 10, "y": 10}]


def test_the_question_about_a_mark_is_answered_by_keys_alone(
    person: Person, office: Office
) -> None:
    question = {"per_annotation": COLOURS, "annotations_type": "rectangle"}
    kind = "annotations-with-multiple-choice"
    request = marks(office, "image", kind, office.picture("street"), **question)
    at = canvas(person.sees("Mark it."), 800, 600)
    drag(person, at(10, 10), at(60, 60))
    asked = person.page.get_by_role("group", name="Which colour?")
    expect(asked).to_be_visible()
    person.press("Escape")
    expect(asked).to_have_count(0)
    drag(person, at(10, 400), at(60, 460))
    person.press("2")
    expect(asked.get_by_role("radio", name="green")).to_be_checked()
    # On to the first mark, which has no answer yet.
    person.press("Enter")
    expect(asked.get_by_role("radio", name="green")).not_to_be_checked()
    person.press("1", "Enter")
    expect(asked).to_have_count(0)
    person.press("Enter")
    assert [mark["response"] for mark in office.result(request)["response"]] == [["red"], ["green"]]


def test_what_is_missing_leads_to_its_mark(person: Person, office: Office) -> None:
    ask = {"instruction": "What is it?"}
    kind = "annotations-with-free-text"
    request = marks(office, "image", kind, office.picture("street"), per_annotation=ask)
    at = canvas(person.sees("Mark it."), 800, 600)
    person.page.mouse.click(*at(10.5, 10.5))
    # The words are asked for at once, and Enter goes on.
    person.page.keyboard.type("a roof")
    person.press("Enter")
    person.page.mouse.click(*at(400.5, 300.5))
    person.press("Escape")
    person.submit()
    expect(person.page.get_by_role("alert").filter(has_text="Mark 2:")).to_be_visible()
    expect(person.page.get_by_role("group", name="What is it?")).to_be_visible()
    assert office.status(request) == "pending"
    person.page.keyboard.type("a car")
    person.press("Enter", "Enter")
    texts = [mark["response"] for mark in office.result(request)["response"]]
    assert texts == ["a roof", "a car"]


def test_a_rating_beside_a_mark_is_typed(person: Person, office: Office) -> None:
    ask = {"instruction": "How sharp?", "rating_max": 10}
    kind = "annotations-with-rating"
    request = marks(office, "image", kind, office.picture("street"), per_annotation=ask)
    at = canvas(person.sees("Mark it."), 800, 600)
    person.page.mouse.click(*at(10.5, 10.5))
    expect(person.page.get_by_role("group", name="How sharp?")).to_be_visible()
    person.press("1", "0", "Enter", "Enter")
    assert office.result(request)["response"] == [{"x": 10, "y": 10, "response": 10}]


def test_what_the_server_refuses_leads_to_its_mark(person: Person, office: Office) -> None:
    request = marks(office, "image", "annotations", office.picture("street"))
    at = canvas(person.sees("Mark it."), 800, 600)
    for place in ((10.5, 20.5), (400.5, 300.5)):
        person.page.mouse.click(*at(*place))
    counts(person, "2 marks")
    fault = {"code": "invalid_answer", "message": "Not there.", "field": "response[0].y"}
    person.reply_to("**/answer", 422, {"error": fault})
    person.forgives("422")
    person.press("Escape", "Enter")
    expect(person.page.get_by_role("alert").filter(has_text="Not there.")).to_be_visible()
    first = person.page.get_by_role("region", name="Marks").get_by_role("listitem").first
    expect(first.get_by_role("button", name="Delete mark 1")).to_be_visible()
    person.press("Delete", "Escape", "Enter")
    assert office.result(request)["response"] == [{"x": 400, "y": 300}]


def test_marks_are_kept_when_the_page_is_left(person: Person, office: Office) -> None:
    question = {"per_annotation": COLOURS}
    kind = "annotations-with-multiple-choice"
    request = marks(office, "image", kind, office.picture("street"), **question)
    at = canvas(person.sees("Mark it."), 800, 600)
    person.page.mouse.click(*at(10.5, 10.5))
    person.press("2")
    expect(person.page.get_by_role("radio", name="green")).to_be_checked()
    person.page.reload()
    counts(person.sees("Mark it.").settle(), "1 mark")
    person.press("Enter")
    assert office.result(request)["response"] == [{"x": 10, "y": 10, "response": ["green"]}]


def test_a_tag_is_found_by_a_few_letters(person: Person, office: Office) -> None:
    tags = [f"animal {n}" for n in range(1, 40)] + ["bicycle", "Café table"]
    picture = office.picture("street")
    request = marks(office, "image", "photo-tag", picture, tags=tags)
    at = canvas(person.sees("Mark it."), 800, 600)
    drag(person, at(100, 120), at(300, 200))
    expect(person.page.get_by_role("combobox", name="Find a tag")).to_be_focused()
    person.page.keyboard.type("cafe")
    expect(person.page.get_by_role("option")).to_have_text(["Café table"])
    assert violations(person.page) == []
    person.press("Enter")
    drag(person, at(500, 400), at(600, 500))
    person.page.keyboard.type("animal 3")
    person.press("ArrowDown", "Enter", "Enter")
    assert office.result(request)["response"] == [
        {"tag": "Café table", "x": 100, "y": 120, "w": 200, "h": 80},
        {"tag": "animal 30", "x": 500, "y": 400, "w": 100, "h": 100},
    ]


def test_a_tag_without_a_list_is_written(person: Person, office: Office) -> None:
    request = marks(office, "image", "photo-tag", office.picture("street"))
    at = canvas(person.sees("Mark it."), 800, 600)
    drag(person, at(100, 120), at(300, 200))
    person.page.keyboard.type("a house")
    person.press("Enter", "Enter")
    wanted = [{"tag": "a house", "x": 100, "y": 120, "w": 200, "h": 80}]
    assert office.result(request)["response"] == wanted


def test_nothing_to_tag_is_an_answer(person: Person, office: Office) -> None:
    request = marks(office, "image", "photo-tag", office.picture("sun"), tags=["cat"])
    canvas(person.sees("Mark it.").settle(), 400, 400)
    person.press("Enter")
    assert office.result(request)["response"] == []


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("medium", ["image", "text", "audio", "video", "website"])
def test_marking_is_accessible(chromium: Browser, office: Office, medium: str, device: str) -> None:
    context = chromium.new_context(**DEVICES[device], reduced_motion="reduce")
    with Person(context, office) as person:
        person.idles()
        attachment = {
            "image": lambda: office.picture("street"),
            "text": lambda: WORDS,
            "audio": lambda: upload(office, recorded.sound(), "audio/wav"),
            "video": lambda: upload(office, recorded.film(person.page), "video/webm"),
            "website": lambda: f"{office.origin}/healthz",
        }[medium]()
        kind = "annotations-with-multiple-choice"
        marks(office, medium, kind, attachment, attachment, per_annotation=COLOURS)
        expect(person.sees("Mark it.").button("Submit")).to_be_in_viewport(ratio=1)
        assert violations(person.page) == []
        assert overflow(person.page) <= 0
        if device == "phone":
            for target in person.page.locator("button:visible, summary:visible").all():
                box = target.bounding_box()
                assert box
                assert box["height"] >= TOUCH_PIXELS - 0.1, target.evaluate(
                    "each => each.outerHTML"
                )
