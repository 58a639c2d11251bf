"""Forms in the workspace: the protocol's four example jobs and every type of field."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.material import png, upload
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_looks import TOUCH_PIXELS, violations
from tests.browser.test_marks import canvas, drag, swipe

CORNERS: tuple[str, ...] = ("top-left", "top-right", "bottom-right", "bottom-left")
BOX = dict(zip(CORNERS, ("(0.45,0.06)", "(0.71,0.06)", "(0.71,0.44)", "(0.45,0.44)"), strict=True))
EVERYTHING = {
    **dict.fromkeys(CORNERS, "STRING"),
    "nose": "POINT",
    "species": "ENUM[bald eagle,golden eagle,another]",
    "in flight": "BOOLEAN",
    "birds": "NUMBER",
    "remarks": "STRING",
}


def form(office: Office, instruction: str, structure: dict[str, str], **fields: Any) -> str:
    return office.ask("form", instruction, result_structure=structure, **fields)


def picture(office: Office, width: int = 600, height: int = 400) -> dict[str, Any]:
    return {
        "attachments_type": "image",
        "attachments": [upload(office, png(width, height), "image/png")],
    }


def field(person: Person, name: str) -> Locator:
    return person.page.get_by_label(name, exact=True)


def draw_box(person: Person) -> None:
    at = canvas(person, 600, 400)
    drag(person, at(270, 24), at(426, 176))
    expect(person.page.get_by_text("top-left (0.45,0.06)")).to_be_visible()


def test_a_box_has_its_four_corners_to_the_digit(person: Person, office: Office) -> None:
    structure = dict.fromkeys(CORNERS, "STRING")
    request = form(office, "Draw a box around the eagle", structure, **picture(office))
    draw_box(person.sees("Draw a box around the eagle"))
    person.press("Enter").idles()
    assert office.result(request)["response"] == BOX


def test_a_type_is_typed(person: Person, office: Office) -> None:
    request = form(
        office, "Select the type of the bag", {"type": "STRING"}, **picture(office, 60, 40)
    )
    person.sees("Select the type of the bag")
    expect(person.page.locator("article img")).to_be_visible()
    field(person, "type").fill("Handbags")
    person.press("Control+Enter").idles()
    assert office.result(request)["response"] == {"type": "Handbags"}


def test_the_context_is_shown(person: Person, office: Office) -> None:
    review = "Mobile is not booting up. It's getting heated while charging."
    request = form(
        office,
        "Classify the review",
        {"class": "STRING"},
        context={"review_body": review, "tags": ["<b>new</b>"]},
    )
    person.sees("Classify the review")
    known = person.page.get_by_role("region", name="What is known")
    expect(known).to_contain_text(review)
    expect(known).to_contain_text("<b>new</b>")
    field(person, "class").fill("Approve Review")
    person.press("Control+Enter").idles()
    assert office.result(request)["response"] == {"class": "Approve Review"}


def test_an_amount_stays_the_text_that_was_typed(person: Person, office: Office) -> None:
    request = form(office, "Input the sales tax", {"sales_tax_amount": "STRING"})
    person.sees("Input the sales tax")
    field(person, "sales_tax_amount").fill("1.490")
    person.press("Control+Enter").idles()
    assert office.result(request)["response"] == {"sales_tax_amount": "1.490"}


def test_every_type_in_one_form(person: Person, office: Office) -> None:
    request = form(office, "Describe the eagle", EVERYTHING, **picture(office))
    draw_box(person.sees("Describe the eagle"))
    at = canvas(person, 600, 400)
    person.page.mouse.click(*at(300.5, 100.5))
    expect(person.page.get_by_role("group", name="nose")).to_contain_text("(0.5,0.25)")

    # The first open choice has the digits, and then the next one.
    person.press("2")
    expect(person.page.get_by_role("radio", name="golden eagle")).to_be_checked()
    person.press("2")
    expect(person.page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    field(person, "birds").fill("three")
    field(person, "remarks").fill("none")
    person.press("Control+Enter")
    expect(person.page.locator("#answer-problem")).to_contain_text("birds")
    field(person, "birds").fill("3.50")
    person.press("Enter").idles()
    assert office.result(request)["response"] == {
        **BOX,
        "nose": "(0.5,0.25)",
        "species": "golden eagle",
        "in flight": False,
        "birds": 3.5,
        "remarks": "none",
    }


def test_the_fields_are_walked_by_keyboard_alone(person: Person, office: Office) -> None:
    structure = {"species": "ENUM[eagle,crow]", "seen": "BOOLEAN", "birds": "NUMBER"}
    request = form(office, "Which bird?", structure)
    person.sees("Which bird?").settle().press("2")
    field(person, "birds").focus()
    person.press("Shift+Tab", "1", "Shift+Tab", "1", "Tab", "Tab")
    person.page.keyboard.type("7")
    person.press("Enter").idles()
    assert office.result(request)["response"] == {"species": "eagle", "seen": True, "birds": 7}


def test_a_box_is_moved_removed_and_brought_back(person: Person, office: Office) -> None:
    structure = dict.fromkeys(CORNERS, "STRING")
    request = form(office, "Draw it", structure, **picture(office))
    draw_box(person.sees("Draw it"))
    person.press("Delete")
    expect(person.page.get_by_text("Drag a box in the picture.")).to_be_visible()
    person.submit()
    expect(person.page.locator("#answer-problem")).to_contain_text("Draw the box")
    person.press("Control+z")
    expect(person.page.get_by_text("top-left (0.45,0.06)")).to_be_visible()
    at = canvas(person, 600, 400)
    person.button("Draw anew").click()
    drag(person, at(60, 40), at(120, 80))
    expect(person.page.get_by_text("top-left (0.1,0.1)")).to_be_visible()
    person.submit()
    person.idles()
    assert office.result(request)["response"]["bottom-right"] == "(0.2,0.2)"


def test_a_finger_draws_on_a_phone(phone: Person, office: Office) -> None:
    structure = {**dict.fromkeys(CORNERS, "STRING"), "seen": "BOOLEAN"}
    request = form(office, "Draw it", structure, **picture(office, 390, 300))
    at = canvas(phone.sees("Draw it"), 390, 300)
    swipe(phone, at(39, 30), at(195, 150))
    expect(phone.page.get_by_text("1 field to go")).to_be_visible()
    phone.button("Show the list").click()
    phone.page.get_by_text("Yes", exact=True).click()
    phone.submit()
    phone.idles()
    response = office.result(request)["response"]
    assert response["seen"] is True
    near = [float(part) for part in re.findall(r"[\d.]+", response["top-left"])]
    assert near == pytest.approx([0.1, 0.1], abs=0.01)


def test_what_was_filled_in_is_there_again(person: Person, office: Office) -> None:
    request = form(office, "Describe the eagle", EVERYTHING, **picture(office))
    draw_box(person.sees("Describe the eagle"))
    field(person, "remarks").fill("half")
    person.page.reload()
    person.sees("Describe the eagle")
    expect(person.page.get_by_text("top-left (0.45,0.06)")).to_be_visible()
    expect(field(person, "remarks")).to_have_value("half")
    assert office.status(request) == "pending"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("drawn", [True, False], ids=["drawn", "typed"])
def test_a_form_has_no_fault_that_axe_finds(
    chromium: Browser,
    office: Office,
    scheme: Any,
    view: Any,
    drawn: bool,  # noqa: FBT001
) -> None:
    structure = EVERYTHING if drawn else {"class": "STRING", "good": "BOOLEAN", "n": "NUMBER"}
    shown = picture(office)
    form(office, "Describe the eagle", structure, context={"where": "by the lake"}, **shown)
    context = chromium.new_context(
        viewport=view, color_scheme=scheme, has_touch=view is PHONE, is_mobile=view is PHONE
    )
    with Person(context, office) as someone:
        someone.sees("Describe the eagle")
        if drawn:
            canvas(someone, 600, 400)
        if drawn and view is PHONE:
            someone.button("Show the list").click()
        assert violations(someone.page) == []
        for button in someone.page.locator(".fields button, .fields label.choice").all():
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= TOUCH_PIXELS
